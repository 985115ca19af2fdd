# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(engine_call.h engine_call.cpp engine_client.h engine_client.cpp framing.h framing.cpp
    ../os_process.h ../os_linux.cpp)
