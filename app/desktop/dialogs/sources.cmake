# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(memory_estimate.h memory_estimate.cpp)
