# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(
    message.h message.cpp
    device_list.h device_list.cpp
    model_controller.h model_controller.cpp
    default_model.h default_model.cpp
    file_opener.h file_opener.cpp
    models_folder.h models_folder.cpp
    services.h services.cpp
    selftest_text.h selftest_text.cpp
    fit_chip.h fit_chip.cpp
    fit_index.h fit_index.cpp
    commands.h commands.cpp
    fuzzy.h fuzzy.cpp
    command_palette.h command_palette.cpp
    banner_stack.h banner_stack.cpp
    status_line.h status_line.cpp
    page_rail.h page_rail.cpp
    header_bar.h header_bar.cpp
    menu_filter.h menu_filter.cpp
    drop_overlay.h drop_overlay.cpp
    diagnostics.h diagnostics.cpp
    page_host.h page_host.cpp
    region_walk.h region_walk.cpp
    main_window.h main_window.cpp main_window_setup.cpp main_window_commands.cpp main_window_dialogs.cpp
    screenshot.h screenshot.cpp)
