# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(model_lists.h model_lists.cpp model_table.h model_table.cpp folder_table.h folder_table.cpp start_page.h start_page.cpp recent_table.h recent_table.cpp)
