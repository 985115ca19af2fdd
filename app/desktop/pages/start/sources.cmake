# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(start_page.h start_page.cpp recent_table.h recent_table.cpp)
