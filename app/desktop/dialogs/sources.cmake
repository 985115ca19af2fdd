# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(
    memory_estimate.h memory_estimate.cpp
    memory_bar.h memory_bar.cpp
    open_dialog.h open_dialog.cpp open_devices.cpp open_advice.cpp
    device_picker.h device_picker.cpp
    about_dialog.h about_dialog.cpp
    trash_dialog.h trash_dialog.cpp
    help_dialog.h help_dialog.cpp
    keys_dialog.h keys_dialog.cpp)
