"""Where the settings of a session come from: options, files of Amplify and of others, the environment."""

from .config_sources import load_config, made_config
from .source_settings import Source

__all__ = ["Source", "load_config", "made_config"]
