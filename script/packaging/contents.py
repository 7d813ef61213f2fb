"""What belongs into the bundle and what does not."""

import re
from collections.abc import Iterable
from pathlib import PurePath

Row = tuple[str, str, str]
"""A row of PyInstaller's tables: destination, source and kind."""

PLUGINS = frozenset(
    {
        *("platforms/xcb", "platforms/wayland", "platforms/offscreen"),
        *("platforms/windows", "platforms/cocoa", "styles/modernwindowsstyle", "styles/macstyle"),
        "platformthemes/xdgdesktopportal",
        *("platforminputcontexts/composeplatforminputcontextplugin",),
        "platforminputcontexts/ibusplatforminputcontextplugin",
        "iconengines/svgicon",
        *("imageformats/gif", "imageformats/ico", "imageformats/jpeg"),
        *("imageformats/svg", "imageformats/webp"),
        *("wayland-decoration-client/bradient", "wayland-shell-integration/xdg-shell"),
    }
)
"""The plugins of Qt that Parley uses, without `lib`, `q` and the ending.

Left out on purpose: gtk3 brings 19 MB of GTK, the others serve what Parley has not.
"""

QT_LIBRARIES = frozenset(
    {"Core", "DBus", "Gui", "Network", "Svg", "WaylandClient", "Widgets", "XcbQpa"},
)
QT_MODULES = frozenset({"QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets"})

UNUSED_MODULES = [
    *("tkinter", "readline", "pydoc_data", "pip", "setuptools", "mypy"),
    *(f"sqlalchemy.dialects.{name}" for name in ("mysql", "oracle", "mssql")),
    # numpy loads these only when they are asked for, and nobody asks.
    *(f"numpy.{name}" for name in ("f2py", "fft", "ma", "polynomial", "random", "testing")),
]
"""What PyInstaller would find and Parley never imports."""

SYSTEM_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
}
"""Shared objects that must be the system's, as its drivers and services use them too, and the
Debian package that has each; the C library's own are always there."""

C_LIBRARY = re.compile(r"(lib(c|m|dl|pthread|rt|resolv|util)|ld-linux[\w-]*)\.so\.\d+")

_PLUGIN = re.compile(r"PySide6/(?:Qt/)?plugins/([\w-]+)/(?:lib)?(?:q(?!t-))?([\w-]+)\.\w+$")
_QT_LIBRARY = re.compile(r"(?:lib)?Qt6(\w+)\.(?:so|dll|dylib)|Qt(\w+)\.framework/")
_QT_MODULE = re.compile(r"PySide6/(Qt\w+)\.(?:abi3|pyd)")
_UNUSED = re.compile(
    r"PySide6/(?:Qt/)?(?:translations|qml|resources)/"
    r"|/(?:__pycache__|tests?)/"
    # Of what pip keeps about a package only its version and its plug-ins are asked for.
    r"|\.dist-info/(?!METADATA$|entry_points\.txt$)"
    r"|opengl32sw|d3dcompiler"
    r"|lib(?:readline|tinfo)\.|lib-dynload/readline"
)


def wanted(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of what belongs into the bundle, without links to what does not."""
    return [
        (destination, source, kind)
        for destination, source, kind in rows
        if is_wanted(destination) and (kind != "SYMLINK" or is_wanted(source))
    ]


def is_wanted(destination: str) -> bool:
    """Tell whether the file belongs at `destination` inside the bundle."""
    path = PurePath(destination).as_posix()
    if path.rpartition("/")[2] in SYSTEM_LIBRARIES or _UNUSED.search(path):
        return False
    if plugin := _PLUGIN.search(path):
        return f"{plugin[1]}/{plugin[2]}" in PLUGINS
    if library := _QT_LIBRARY.search(path):
        return (library[1] or library[2]) in QT_LIBRARIES
    if module := _QT_MODULE.search(path):
        return module[1] in QT_MODULES
    return True
