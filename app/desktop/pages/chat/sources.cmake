# SPDX-License-Identifier: GPL-3.0-or-later
lathe_desktop_sources(adapter_panel.h adapter_panel.cpp
    chat_controller.h chat_controller.cpp chat_adapters.cpp chat_requests.cpp generation.h generation.cpp
    markdown.h markdown.cpp message_body.h message_body.cpp reasoning_block.h reasoning_block.cpp token_text.h token_text.cpp
    message_card.h message_card.cpp message_state.cpp transcript.h transcript.cpp transcript_states.cpp find_bar.h find_bar.cpp
    composer.h composer.cpp name_dialog.h name_dialog.cpp preset_box.h preset_box.cpp
    slider_row.h slider_row.cpp sampler_panel.h sampler_panel.cpp
    chat_list_model.h chat_list_model.cpp chat_list.h chat_list.cpp chat_page.h chat_page.cpp chat_commands.cpp)
