# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(chat.h chat.cpp chat_settings.h chat_settings.cpp edit.h edit.cpp export_chat.h export_chat.cpp
    schema.h schema.cpp store.h store.cpp store_search.cpp workspace.h workspace.cpp workspace_edits.cpp
    workspace_saving.cpp)
