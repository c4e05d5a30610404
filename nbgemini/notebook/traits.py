"""The `%config NbGemini` traits: what a setting may be is checked when it is set."""

from __future__ import annotations

from typing import Any

from traitlets import All, TraitError, observe
from traitlets import Any as AnyValue
from traitlets.config import Configurable

from nbgemini.core.setting_table import SETTINGS

__all__ = ["NbGemini"]


class NbGemini(Configurable):
    """Settings of nbgemini; None: not set here, so the environment or the default holds."""

    vars().update({name: AnyValue(None, allow_none=True, help=row.help, config=True) for name, row in SETTINGS.items()})

    def __init__(self, **kwargs: Any) -> None:
        # What stands in files of settings, or was refused by `%config` (IPython notes it all the same), is told by the
        # next cell, as with variables: the extension loads.
        self._from_files = True
        super().__init__(**kwargs)
        self._from_files = False

    @observe(All)  # one observer, where naming the traits makes one for each
    def _check(self, change: Any) -> None:
        """Refuse a value when it is set, not when the next cell runs."""
        if change["new"] is None or change["name"] not in SETTINGS:
            return
        from nbgemini.errors import OptionError
        from nbgemini.notebook.show.texts import one_line

        try:
            SETTINGS[change["name"]].parse(change["new"])
        except OptionError as problem:
            if self._from_files:
                return
            self.set_trait(change["name"], None)
            raise TraitError(one_line(f"{problem.message} {problem.hint}".strip(), 400)) from None

    @classmethod
    def class_get_help(cls, inst: Any = None, helptext: str | None = None) -> str:
        """What `%config NbGemini` prints: each setting, what it is, what is in force, and where that comes from."""
        from nbgemini.core.redact import bare_address, redact
        from nbgemini.settings import survey_settings

        found = survey_settings(inst.given() if isinstance(inst, cls) else {})
        lines = ["NbGemini options", "----------------"]
        for name, row in SETTINGS.items():
            setting = found.values[name]
            value = redact(setting.value) if isinstance(setting.value, str) else setting.value
            shown = row.otherwise if value is None and row.otherwise else bare_address(str(value))
            lines += [
                f"NbGemini.{name}",
                f"    In force: {shown} ({setting.origin(name) or 'default'})",
                f"    {row.help}",
            ]
        problems = [f"{problem.message} {problem.hint}".strip() for problem in found.problems]
        key = f"set, in {found.key_source}" if found.key_source else "unset"
        return "\n".join([*lines, "", f"The key is {key}; `%imagine doctor` tells more.", *problems])

    def given(self) -> dict[str, Any]:
        """The traits that were set."""
        return {name: value for name in self.trait_names(config=True) if (value := getattr(self, name)) is not None}
