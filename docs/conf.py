"""The documentation site: `make docs` builds it into build/site, warnings being errors."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the extension

# Cells run where their page lies, and nothing may be left there.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(HERE.parent / ".hypothesis"))

from convgen.version import __version__  # noqa: E402 -- after the path is set

project = "convgen"
project_copyright = "the convgen maintainers"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "site_extension"]
exclude_patterns = ["_static", "pictures"]
nitpicky = True
# Types of other packages, and names that a docstring gives to a type alias or a type variable: they have no page here.
nitpick_ignore_regex = [("py:.*", r"(?!convgen\.).*"), ("py:.*", r"convgen\.(?!testing\b|errors\b).*\..*")]

# ---- text ------------------------------------------------------------------------------------------------

# Pages are read on GitHub as well: its headings' anchors, its formulas in dollars.
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_fence_as_directive = ["math"]  # as GitHub has it
myst_heading_anchors = 4
myst_links_external_new_tab = False

# ---- code that runs --------------------------------------------------------------------------------------

# Every cell runs at each build, and an error in one ends it; nothing is kept from an earlier build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_render_markdown_format = "myst"
nb_merge_streams = True

# ---- the Python interface --------------------------------------------------------------------------------

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_rtype = False

# ---- looks -----------------------------------------------------------------------------------------------

html_theme = "furo"
html_title = f"convgen {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_sphinx = False
html_copy_source = False
html_last_updated_fmt = None
pygments_style = "friendly"
pygments_dark_style = "monokai"
