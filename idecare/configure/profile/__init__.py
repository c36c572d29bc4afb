"""Profiles: named sets of values for IDEs, each value with the reason for it."""

from idecare.configure.profile.find import find_profile, profile_names, shipped_profiles
from idecare.configure.profile.model import (
    Circumstances,
    Found,
    Heap,
    JvmOption,
    Profile,
    PropertyValue,
    Removed,
    SettingValue,
    When,
)
from idecare.configure.profile.read import parse_profile

__all__ = [
    "Circumstances",
    "Found",
    "Heap",
    "JvmOption",
    "Profile",
    "PropertyValue",
    "Removed",
    "SettingValue",
    "When",
    "find_profile",
    "parse_profile",
    "profile_names",
    "shipped_profiles",
]
