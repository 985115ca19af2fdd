# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(
    settings.h settings.cpp
    choose_folder.h choose_folder.cpp
    settings_page.h settings_page.cpp
    keys_editor.h keys_editor.cpp)
