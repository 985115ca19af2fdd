# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(
    message.h message.cpp
    device_list.h device_list.cpp
    model_controller.h model_controller.cpp)
