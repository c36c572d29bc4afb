"""Profiles: named sets of values for IDEs, each value with the reason for it."""

from idecare.profile.finding import find_profile, profile_names, shipped_profiles
from idecare.profile.model import (
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
from idecare.profile.reading import parse_profile

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
