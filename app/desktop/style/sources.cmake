# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(
    tokens.h tokens.cpp
    numbers.h numbers.cpp
    icons.h icons.cpp
    lathe_style.h lathe_style.cpp
    theme.h theme.cpp
    parts.h parts.cpp)
