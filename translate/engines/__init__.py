"""Engines: what turns segments of one language into another. Each is a file here; `open_engine` knows them by name."""

from translate.engines.base import Engine, EngineIdentity, OutputLicense

__all__ = ["ENGINE_NAMES", "Engine", "EngineIdentity", "OutputLicense", "engine_identity", "open_engine"]

ENGINE_NAMES = ("fxtranslate",)


def open_engine(name: str) -> Engine:
    """Load an engine and its model.

    Raises:
        ValueError: No engine has that name.
        ModuleNotFoundError: A package that it needs (extra `mt`) is not installed.
    """
    if name != "fxtranslate":
        raise ValueError(f"no translation engine {name!r}: expected one of {', '.join(ENGINE_NAMES)}")
    from translate.engines.firefox import FirefoxEngine  # noqa: PLC0415  # only the engine asked for is loaded

    return FirefoxEngine()


def engine_identity(name: str) -> EngineIdentity:
    """Return what an engine's answers depend on, without loading its model.

    Raises:
        ValueError: No engine has that name.
        ModuleNotFoundError: A package that it needs (extra `mt`) is not installed.
    """
    if name != "fxtranslate":
        raise ValueError(f"no translation engine {name!r}: expected one of {', '.join(ENGINE_NAMES)}")
    from translate.engines.firefox import identity  # noqa: PLC0415  # only the engine asked for is looked up

    return identity()
