"""What only Windows can show: run by a Python for Windows, natively or under Wine (``tests/e2e/test_windows.py``)."""
