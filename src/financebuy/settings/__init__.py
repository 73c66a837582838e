"""The settings: read once from `FINANCEBUY_*`, typed, checked, frozen.

A setting is one field of `Settings`. Its name in the environment and its help stand beside it,
and `SETTINGS` lists them all, so that the reference and the tests need no second list.
"""

from financebuy.settings.parsing import InvalidSettingError
from financebuy.settings.settings import SETTINGS, Setting, Settings

__all__ = ["SETTINGS", "InvalidSettingError", "Setting", "Settings"]
