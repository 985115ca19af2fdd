# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(settings.h settings.cpp)
