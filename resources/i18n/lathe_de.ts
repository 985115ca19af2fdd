<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>MessageCard</name>
    <message>
        <source>writing</source>
        <translation>schreibt</translation>
    </message>
    <message>
        <source>end of text</source>
        <translation>Textende</translation>
    </message>
    <message>
        <source>length limit</source>
        <translation>Längengrenze</translation>
    </message>
    <message>
        <source>context full</source>
        <translation>Kontext voll</translation>
    </message>
    <message>
        <source>Context full</source>
        <translation>Kontext voll</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>edited by you</source>
        <translation>von dir bearbeitet</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>erstes Token %1</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>finished: %1</source>
        <translation>Ende: %1</translation>
    </message>
    <message>
        <source>%1 oldest tokens dropped</source>
        <translation>die %1 ältesten Tokens entfernt</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>Seed %1</translation>
    </message>
    <message>
        <source> (%1 of reasoning)</source>
        <translation> (davon %1 Überlegung)</translation>
    </message>
</context>
<context>
    <name>ReasoningBlock</name>
    <message>
        <source>Reasoning …</source>
        <translation>Überlegung …</translation>
    </message>
    <message>
        <source>Reasoning, without an answer</source>
        <translation>Überlegung ohne Antwort</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>Überlegung</translation>
    </message>
</context>
<context>
    <name>RecentTable</name>
    <message>
        <source>today</source>
        <translation>heute</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
</context>
<context>
    <name>lathe::desktop</name>
    <message>
        <source>Open %1 as model</source>
        <translation>%1 als Modell öffnen</translation>
    </message>
    <message>
        <source>Lathe does not read .%1 (pickle can run code). Use safetensors.</source>
        <translation>Lathe liest .%1 nicht (Pickle kann Code ausführen). Safetensors nehmen.</translation>
    </message>
    <message>
        <source>weights + 2·layers·KV heads·head size·context·bytes + scratch
%1 + %2 + %3 = %4
free: %5</source>
        <translation>Gewichte + 2·Schichten·KV-Köpfe·Kopfgröße·Kontext·Bytes + Zwischenspeicher
%1 + %2 + %3 = %4
frei: %5</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Knapp</translation>
    </message>
    <message>
        <source>Too big</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>%1 (software)</source>
        <translation>%1 (Software)</translation>
    </message>
    <message>
        <source>Always right</source>
        <translation>Immer richtig</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Testing %1</source>
        <translation>Test läuft, %1</translation>
    </message>
    <message>
        <source>Not tested yet</source>
        <translation>Noch nicht getestet</translation>
    </message>
    <message>
        <source>Not tested</source>
        <translation>Nicht getestet</translation>
    </message>
    <message>
        <source>Self-test passed</source>
        <translation>Selbsttest bestanden</translation>
    </message>
    <message>
        <source>Passed</source>
        <translation>Bestanden</translation>
    </message>
    <message>
        <source>1 kernel off</source>
        <translation>1 Kernel aus</translation>
    </message>
    <message>
        <source>%1 kernels off</source>
        <translation>%1 Kernel aus</translation>
    </message>
    <message>
        <source>%1 off</source>
        <translation>%1 aus</translation>
    </message>
    <message>
        <source>Failed, not used</source>
        <translation>Fehlgeschlagen, nicht benutzt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>slow; everything is compared with it</source>
        <translation>langsam; alles wird damit verglichen</translation>
    </message>
    <message>
        <source>: plain variants used</source>
        <translation>: einfache Varianten benutzt</translation>
    </message>
    <message>
        <source>%1 checks</source>
        <translation>%1 Prüfungen</translation>
    </message>
    <message>
        <source>CPU, reference</source>
        <translation>CPU, Referenz</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Add %1 as adapter</source>
        <translation>%1 als Adapter hinzufügen</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1: %2 von %3</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::AboutDialog</name>
    <message>
        <source>window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Vulkan loading</source>
        <translation>Laden von Vulkan</translation>
    </message>
    <message>
        <source>Vulkan</source>
        <translation>Vulkan</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>tokenizers</source>
        <translation>Tokenizer</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>command line</source>
        <translation>Befehlszeile</translation>
    </message>
    <message>
        <source>default model, fetched separately</source>
        <translation>Standardmodell, wird gesondert geholt</translation>
    </message>
    <message>
        <source>Licences of components</source>
        <translation>Lizenzen der Bestandteile</translation>
    </message>
    <message>
        <source>Component</source>
        <translation>Bestandteil</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Used for</source>
        <translation>Verwendet für</translation>
    </message>
    <message>
        <source>About Lathe</source>
        <translation>Über Lathe</translation>
    </message>
    <message>
        <source>Lathe %1</source>
        <translation>Lathe %1</translation>
    </message>
    <message>
        <source>A workbench for language models</source>
        <translation>Eine Werkbank für Sprachmodelle</translation>
    </message>
    <message>
        <source>Engine %1 · Qt %2</source>
        <translation>Engine %1 · Qt %2</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. It comes without warranty. Lathe sends nothing anywhere: there is no telemetry.</source>
        <translation>Freie Software unter der GNU General Public License, Version 3 oder neuer. Ohne Gewährleistung. Lathe sendet nichts: Es gibt keine Telemetrie.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Text of the licence (opens the browser)</source>
        <translation>Text der Lizenz (öffnet den Browser)</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::AdapterPanel</name>
    <message>
        <source>Adapters</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>Add an adapter</source>
        <translation>Adapter hinzufügen</translation>
    </message>
    <message>
        <source>None. A LoRA folder or file can be dropped on the window.</source>
        <translation>Keine. Ein LoRA-Ordner oder eine LoRA-Datei kann auf das Fenster gezogen werden.</translation>
    </message>
    <message>
        <source>Scale of %1</source>
        <translation>Stärke von %1</translation>
    </message>
    <message>
        <source>Times what the adapter adds to the weights; 0: nothing, 1: as trained.</source>
        <translation>Mal das, was der Adapter zu den Gewichten addiert; 0: nichts, 1: wie trainiert.</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>switch on %1</source>
        <translation>%1 einschalten</translation>
    </message>
    <message>
        <source>switch off %1</source>
        <translation>%1 ausschalten</translation>
    </message>
    <message>
        <source>scale of %1</source>
        <translation>Stärke von %1</translation>
    </message>
    <message>
        <source>remove adapter %1</source>
        <translation>Adapter %1 entfernen</translation>
    </message>
    <message>
        <source>rank %1, %2</source>
        <translation>Rang %1, %2</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::Application</name>
    <message>
        <source>A workbench for language models.</source>
        <translation>Eine Werkbank für Sprachmodelle.</translation>
    </message>
    <message>
        <source>A model to open.</source>
        <translation>Ein Modell, das geöffnet wird.</translation>
    </message>
    <message>
        <source>The engine to start in place of lathe beside this program.</source>
        <translation>Die Engine, die anstelle von lathe neben diesem Programm gestartet wird.</translation>
    </message>
    <message>
        <source>Write a picture of the window to a PNG file, and end.</source>
        <translation>Ein Bild des Fensters als PNG-Datei schreiben und enden.</translation>
    </message>
    <message>
        <source>With --screenshot: a message to have answered first.</source>
        <translation>Mit --screenshot: eine Nachricht, die vorher beantwortet wird.</translation>
    </message>
    <message>
        <source>system, light or dark, for this run.</source>
        <translation>system, light oder dark, für diesen Lauf.</translation>
    </message>
    <message>
        <source>With --screenshot: chat or settings.</source>
        <translation>Mit --screenshot: chat oder settings.</translation>
    </message>
    <message>
        <source>With --screenshot: WIDTHxHEIGHT.</source>
        <translation>Mit --screenshot: BREITExHÖHE.</translation>
    </message>
    <message>
        <source>With --screenshot: an adapter to add first.</source>
        <translation>Mit --screenshot: ein Adapter, der zuerst hinzugefügt wird.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::BannerStack</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>1 of %1</source>
        <translation>1 von %1</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ChatController</name>
    <message>
        <source>when full</source>
        <translation>wenn voll</translation>
    </message>
    <message>
        <source>no model is open</source>
        <translation>kein Modell ist offen</translation>
    </message>
    <message>
        <source>add adapter %1</source>
        <translation>Adapter %1 hinzufügen</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ChatList</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Alle Chats durchsuchen</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Markdown …</source>
        <translation>Markdown …</translation>
    </message>
    <message>
        <source>JSON tree …</source>
        <translation>JSON-Baum …</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ChatListModel</name>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ChatPage</name>
    <message>
        <source>New &amp;chat</source>
        <translation>Neuer &amp;Chat</translation>
    </message>
    <message>
        <source>Search &amp;all chats</source>
        <translation>&amp;Alle Chats durchsuchen</translation>
    </message>
    <message>
        <source>&amp;Find in conversation</source>
        <translation>Im Gespräch &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;Export chat …</source>
        <translation>Chat &amp;exportieren …</translation>
    </message>
    <message>
        <source>Copy last &amp;answer</source>
        <translation>Letzte &amp;Antwort kopieren</translation>
    </message>
    <message>
        <source>&amp;Regenerate</source>
        <translation>&amp;Neu erzeugen</translation>
    </message>
    <message>
        <source>Edit last &amp;message</source>
        <translation>Letzte &amp;Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Previous version</source>
        <translation>&amp;Vorige Fassung</translation>
    </message>
    <message>
        <source>&amp;Next version</source>
        <translation>N&amp;ächste Fassung</translation>
    </message>
    <message>
        <source>Show the raw &amp;prompt</source>
        <translation>&amp;Rohen Prompt zeigen</translation>
    </message>
    <message>
        <source>Show &amp;token probabilities</source>
        <translation>&amp;Tokenwahrscheinlichkeiten zeigen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Stopp</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Raw prompt</source>
        <translation>Roher Prompt</translation>
    </message>
    <message>
        <source>The chats cannot be opened</source>
        <translation>Die Chats lassen sich nicht öffnen</translation>
    </message>
    <message>
        <source>The chats cannot be saved</source>
        <translation>Die Chats lassen sich nicht speichern</translation>
    </message>
    <message>
        <source>%1: %2. New chats work and are not kept.</source>
        <translation>%1: %2. Neue Chats gehen, bleiben aber nicht erhalten.</translation>
    </message>
    <message>
        <source>%1: %2. They stay in memory and are tried again.</source>
        <translation>%1: %2. Sie bleiben im Speicher, und es wird erneut versucht.</translation>
    </message>
    <message>
        <source>What the model is fed, %1 tokens</source>
        <translation>Was das Modell bekommt, %1 Tokens</translation>
    </message>
    <message>
        <source>The prompt cannot be made. %1.</source>
        <translation>Der Prompt lässt sich nicht bilden. %1.</translation>
    </message>
    <message>
        <source>no chat is open</source>
        <translation>kein Chat ist offen</translation>
    </message>
    <message>
        <source>Export the chat as JSON</source>
        <translation>Chat als JSON exportieren</translation>
    </message>
    <message>
        <source>Export the chat as Markdown</source>
        <translation>Chat als Markdown exportieren</translation>
    </message>
    <message>
        <source>The chat was not exported</source>
        <translation>Der Chat wurde nicht exportiert</translation>
    </message>
    <message>
        <source>%1: %2. Choose another folder.</source>
        <translation>%1: %2. Einen anderen Ordner wählen.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::CommandPalette</name>
    <message>
        <source>Commands, chats, models and settings</source>
        <translation>Befehle, Chats, Modelle und Einstellungen</translation>
    </message>
    <message>
        <source>Nothing named “%1”. Enter searches the chats.</source>
        <translation>Nichts heißt „%1“. Eingabe durchsucht die Chats.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::Composer</name>
    <message>
        <source>Esc stops</source>
        <translation>Esc stoppt</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Stopp (Esc)</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist offen.</translation>
    </message>
    <message>
        <source>The model is being loaded.</source>
        <translation>Das Modell wird geladen.</translation>
    </message>
    <message>
        <source>An answer is being written.</source>
        <translation>Eine Antwort wird geschrieben.</translation>
    </message>
    <message>
        <source>There is no message yet.</source>
        <translation>Es gibt noch keine Nachricht.</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>Senden (Eingabe)</translation>
    </message>
    <message>
        <source>Nothing runs.</source>
        <translation>Nichts läuft.</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 von %2 Tokens</translation>
    </message>
    <message>
        <source>%1 cached</source>
        <translation>%1 im Cache</translation>
    </message>
    <message>
        <source>nearly full</source>
        <translation>fast voll</translation>
    </message>
    <message>
        <source>Context: %1</source>
        <translation>Kontext: %1</translation>
    </message>
    <message>
        <source>Tokens of this conversation in the model&apos;s context. Cached ones need not be computed again.</source>
        <translation>Tokens dieses Gesprächs im Kontext des Modells. Die im Cache müssen nicht neu berechnet werden.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::DevicePicker</name>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Device picker</source>
        <translation>Geräteauswahl</translation>
    </message>
    <message>
        <source>A chosen device is never replaced silently</source>
        <translation>Ein gewähltes Gerät wird nie still ersetzt</translation>
    </message>
    <message>
        <source>Choose the best for me (auto)</source>
        <translation>Das beste für mich wählen (auto)</translation>
    </message>
    <message>
        <source>Run all self-tests</source>
        <translation>Alle Selbsttests ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>Einzelheiten zu %1</translation>
    </message>
    <message>
        <source>Test now</source>
        <translation>Jetzt testen</translation>
    </message>
    <message>
        <source>Test %1 now</source>
        <translation>%1 jetzt testen</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>This device failed its self-test and is not used.</source>
        <translation>Dieses Gerät hat seinen Selbsttest nicht bestanden und wird nicht benutzt.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::FileOpener</name>
    <message>
        <source>%1 is an adapter</source>
        <translation>%1 ist ein Adapter</translation>
    </message>
    <message>
        <source>It changes a model that is open. Open the model it was made for, then add it.</source>
        <translation>Er verändert ein geöffnetes Modell. Erst das Modell öffnen, für das er gemacht ist, dann ihn hinzufügen.</translation>
    </message>
    <message>
        <source>%1 cannot be added</source>
        <translation>%1 kann nicht hinzugefügt werden</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::FindBar</name>
    <message>
        <source>Find in conversation</source>
        <translation>Im Gespräch suchen</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>Vorige Stelle</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>Close find</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::FitIndex</name>
    <message>
        <source>Adapter</source>
        <translation>Adapter</translation>
    </message>
    <message>
        <source>It changes a model that is open.</source>
        <translation>Er verändert ein geöffnetes Modell.</translation>
    </message>
    <message>
        <source>Cannot be opened</source>
        <translation>Nicht zu öffnen</translation>
    </message>
    <message>
        <source>It has no weights.</source>
        <translation>Es hat keine Gewichte.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::FolderCard</name>
    <message>
        <source>Models on this machine</source>
        <translation>Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>Other folder …</source>
        <translation>Anderer Ordner …</translation>
    </message>
    <message>
        <source>This folder cannot be listed. %1.</source>
        <translation>Dieser Ordner kann nicht aufgelistet werden. %1.</translation>
    </message>
    <message>
        <source>No model in this folder yet. GGUF files and model folders put there are listed.</source>
        <translation>Noch kein Modell in diesem Ordner. GGUF-Dateien und Modellordner, die hineingelegt werden, erscheinen hier.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::FolderTable</name>
    <message>
        <source>folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::HeaderBar</name>
    <message>
        <source>Header</source>
        <translation>Kopfzeile</translation>
    </message>
    <message>
        <source>No model open</source>
        <translation>Kein Modell offen</translation>
    </message>
    <message>
        <source>Search or run a command   Ctrl+K</source>
        <translation>Suchen oder Befehl   Strg+K</translation>
    </message>
    <message>
        <source>Search or run a command</source>
        <translation>Suchen oder Befehl ausführen</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Weights hash %1</source>
        <translation>Hash der Gewichte %1</translation>
    </message>
    <message>
        <source>SHA-256 of the weights: %1
Click copies it.</source>
        <translation>SHA-256 der Gewichte: %1
Ein Klick kopiert ihn.</translation>
    </message>
    <message>
        <source>Current variant: %1, %2</source>
        <translation>Aktuelle Variante: %1, %2</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ein Modell öffnen</translation>
    </message>
    <message>
        <source>Device: %1</source>
        <translation>Gerät: %1</translation>
    </message>
    <message>
        <source>Choose the device that computes</source>
        <translation>Das Gerät wählen, das rechnet</translation>
    </message>
    <message>
        <source>Self-test: %1</source>
        <translation>Selbsttest: %1</translation>
    </message>
    <message>
        <source>Each kernel is compared with the reference on this device and driver. Click for details.</source>
        <translation>Jeder Kernel wird auf diesem Gerät und Treiber mit der Referenz verglichen. Ein Klick zeigt Einzelheiten.</translation>
    </message>
    <message>
        <source>%1 in use</source>
        <translation>%1 belegt</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::HelpDialog</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Opens a model. Files stay where they are and are only read.</source>
        <translation>Öffnet ein Modell. Dateien bleiben, wo sie sind, und werden nur gelesen.</translation>
    </message>
    <message>
        <source>Start chatting opens the default model; Get fetches it first.</source>
        <translation>„Chat beginnen“ öffnet das Standardmodell; „Holen“ lädt es vorher herunter.</translation>
    </message>
    <message>
        <source>The device picker shows the devices, their memory and their self-tests.</source>
        <translation>Die Geräteauswahl zeigt die Geräte, ihren Speicher und ihre Selbsttests.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Talks with the open model and shows how fast and with which weights it answers.</source>
        <translation>Spricht mit dem offenen Modell und zeigt, wie schnell und mit welchen Gewichten es antwortet.</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter begins a new line, Esc stops the answer.</source>
        <translation>Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile, Esc hält die Antwort an.</translation>
    </message>
    <message>
        <source>Regenerate makes another version; the older ones stay.</source>
        <translation>„Neu erzeugen“ macht eine weitere Fassung; die älteren bleiben.</translation>
    </message>
    <message>
        <source>Go between the versions of an answer.</source>
        <translation>Zwischen den Fassungen einer Antwort wechseln.</translation>
    </message>
    <message>
        <source>Edit your last message and send it again as a new branch.</source>
        <translation>Die letzte eigene Nachricht bearbeiten und als neuen Zweig senden.</translation>
    </message>
    <message>
        <source>System prompt and sampling are on the right, the chats on the left; a narrow window folds both away.</source>
        <translation>Systemprompt und Sampling stehen rechts, die Chats links; ein schmales Fenster klappt beide weg.</translation>
    </message>
    <message>
        <source>Save what the sliders say as a preset with the pen beside them.</source>
        <translation>Was die Regler sagen, speichert der Stift daneben als Vorgabe.</translation>
    </message>
    <message>
        <source>Show the prompt as the model is fed it.</source>
        <translation>Den Prompt so zeigen, wie das Modell ihn bekommt.</translation>
    </message>
    <message>
        <source>Search all chats, or the conversation on screen.</source>
        <translation>Alle Chats durchsuchen oder das gezeigte Gespräch.</translation>
    </message>
    <message>
        <source>Edits, deletions and sampler changes can be undone.</source>
        <translation>Bearbeiten, Löschen und geändertes Sampling können rückgängig gemacht werden.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Each setting acts at once and is kept on this machine.</source>
        <translation>Jede Einstellung wirkt sofort und bleibt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>The models in the models folder are listed on the start page.</source>
        <translation>Die Modelle im Modellordner stehen auf der Startseite.</translation>
    </message>
    <message>
        <source>All keys can be bound anew at the end of the page.</source>
        <translation>Alle Tasten lassen sich am Ende der Seite neu belegen.</translation>
    </message>
    <message>
        <source>Make everything larger or smaller.</source>
        <translation>Alles größer oder kleiner machen.</translation>
    </message>
    <message>
        <source>Help: %1</source>
        <translation>Hilfe: %1</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Drop a GGUF file or a Hugging Face folder on the window, choose one, or click one in a list. A part of a model stands for the whole.</source>
        <translation>Eine GGUF-Datei oder einen Hugging-Face-Ordner auf das Fenster ziehen, auswählen oder in einer Liste anklicken. Ein Teil eines Modells steht für das Ganze.</translation>
    </message>
    <message>
        <source>The badge says whether it fits: weights, KV cache and scratch against the free memory. The numbers of each device stand in Open with other options.</source>
        <translation>Die Plakette sagt, ob es passt: Gewichte, KV-Cache und Zwischenspeicher gegen den freien Speicher. Die Zahlen jedes Geräts stehen unter „Mit anderen Optionen öffnen“.</translation>
    </message>
    <message>
        <source>The # badge is the beginning of the SHA-256 of the weights, and names the adapters that took part with their scales.</source>
        <translation>Die Plakette mit # ist der Anfang der SHA-256 der Gewichte und nennt die beteiligten Adapter mit ihrer Stärke.</translation>
    </message>
    <message>
        <source>Add a LoRA adapter: a PEFT folder or a GGUF file. It acts on the next answer, the chat keeps it, and its scale is set on the right.</source>
        <translation>Einen LoRA-Adapter hinzufügen: einen PEFT-Ordner oder eine GGUF-Datei. Er wirkt ab der nächsten Antwort, der Chat behält ihn, und seine Stärke wird rechts eingestellt.</translation>
    </message>
    <message>
        <source>What a model thinks before its answer is folded above it; later messages are sent without it.</source>
        <translation>Was ein Modell vor seiner Antwort überlegt, steht eingeklappt darüber; spätere Nachrichten werden ohne es gesendet.</translation>
    </message>
    <message>
        <source>The preset “Model&apos;s own” is there where the model&apos;s makers ask for a sampling.</source>
        <translation>Die Vorgabe „Model&apos;s own“ gibt es, wo die Hersteller des Modells eine Auswahl vorschlagen.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::KeysDialog</name>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>New line in the message</source>
        <translation>Neue Zeile in der Nachricht</translation>
    </message>
    <message>
        <source>Stop the answer, then close a message</source>
        <translation>Antwort stoppen, dann eine Meldung schließen</translation>
    </message>
    <message>
        <source>Rename a chat</source>
        <translation>Einen Chat umbenennen</translation>
    </message>
    <message>
        <source>Move a chat to the trash</source>
        <translation>Einen Chat in den Papierkorb legen</translation>
    </message>
    <message>
        <source>List of keys</source>
        <translation>Liste der Tasten</translation>
    </message>
    <message>
        <source>Filter commands</source>
        <translation>Befehle filtern</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::KeysEditor</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>New keys</source>
        <translation>Neue Tasten</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Setzen</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Set the new keys</source>
        <translation>Die neuen Tasten setzen</translation>
    </message>
    <message>
        <source>Standard keys</source>
        <translation>Standardtasten</translation>
    </message>
    <message>
        <source>No keys</source>
        <translation>Keine Tasten</translation>
    </message>
    <message>
        <source>%1 belongs to “%2”; change that one first.</source>
        <translation>%1 gehört zu „%2“; zuerst jenen Befehl ändern.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::MainWindow</name>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Open model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Noch nichts geöffnet</translation>
    </message>
    <message>
        <source>The engine stopped while answering</source>
        <translation>Die Engine ist beim Antworten stehen geblieben</translation>
    </message>
    <message>
        <source>The engine stopped</source>
        <translation>Die Engine ist stehen geblieben</translation>
    </message>
    <message>
        <source>Reason: %1.</source>
        <translation>Grund: %1.</translation>
    </message>
    <message>
        <source>What was written is kept. A new engine is starting.</source>
        <translation>Das Geschriebene bleibt. Eine neue Engine startet.</translation>
    </message>
    <message>
        <source>It stopped three times in five minutes and is not started again by itself.</source>
        <translation>Sie ist dreimal in fünf Minuten stehen geblieben und wird nicht von selbst neu gestartet.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu erzeugen</translation>
    </message>
    <message>
        <source>Use CPU</source>
        <translation>CPU verwenden</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>Reading %1</source>
        <translation>%1 wird gelesen</translation>
    </message>
    <message>
        <source>Loading %1</source>
        <translation>%1 wird geladen</translation>
    </message>
    <message>
        <source>Getting %1</source>
        <translation>%1 wird geholt</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Prompt wird gelesen</translation>
    </message>
    <message>
        <source>Writing · %1</source>
        <translation>Schreibt · %1</translation>
    </message>
    <message>
        <source>%1 tokens of context · %2 cache · %3</source>
        <translation>%1 Tokens Kontext · %2-Cache · %3</translation>
    </message>
    <message>
        <source>Diagnostics copied</source>
        <translation>Diagnose kopiert</translation>
    </message>
    <message>
        <source>%1 is not read</source>
        <translation>%1 wird nicht gelesen</translation>
    </message>
    <message>
        <source>Pickle files can run code. Use a GGUF file or model.safetensors of the same model.</source>
        <translation>Pickle-Dateien können Code ausführen. Eine GGUF-Datei oder model.safetensors desselben Modells nehmen.</translation>
    </message>
    <message>
        <source>&amp;Open file …</source>
        <translation>Datei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open &amp;folder …</source>
        <translation>&amp;Ordner öffnen …</translation>
    </message>
    <message>
        <source>&amp;Close model</source>
        <translation>Modell s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Change &amp;variant …</source>
        <translation>&amp;Variante wechseln …</translation>
    </message>
    <message>
        <source>&amp;Device …</source>
        <translation>&amp;Gerät …</translation>
    </message>
    <message>
        <source>&amp;Open with other options …</source>
        <translation>Mit anderen &amp;Optionen öffnen …</translation>
    </message>
    <message>
        <source>Run all &amp;self-tests</source>
        <translation>Alle &amp;Selbsttests ausführen</translation>
    </message>
    <message>
        <source>Cancel the &amp;work</source>
        <translation>&amp;Arbeit abbrechen</translation>
    </message>
    <message>
        <source>List of &amp;keys</source>
        <translation>Liste der &amp;Tasten</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>&amp;About Lathe</source>
        <translation>Ü&amp;ber Lathe</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Trash …</source>
        <translation>&amp;Papierkorb …</translation>
    </message>
    <message>
        <source>&amp;Undo “%1”</source>
        <translation>&amp;Rückgängig: „%1“</translation>
    </message>
    <message>
        <source>&amp;Redo “%1”</source>
        <translation>&amp;Wiederholen: „%1“</translation>
    </message>
    <message>
        <source>&amp;Search or run a command</source>
        <translation>&amp;Suchen oder Befehl ausführen</translation>
    </message>
    <message>
        <source>&amp;Left panel</source>
        <translation>&amp;Linke Leiste</translation>
    </message>
    <message>
        <source>&amp;Right panel</source>
        <translation>&amp;Rechte Leiste</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Zoom &amp;100 %</source>
        <translation>&amp;100 % zeigen</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Next region</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>&amp;Previous region</source>
        <translation>V&amp;origer Bereich</translation>
    </message>
    <message>
        <source>Theme: S&amp;ystem</source>
        <translation>Aussehen: S&amp;ystem</translation>
    </message>
    <message>
        <source>Theme: &amp;Light</source>
        <translation>Aussehen: &amp;Hell</translation>
    </message>
    <message>
        <source>Theme: &amp;Dark</source>
        <translation>Aussehen: &amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Copied %1</source>
        <translation>%1 kopiert</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>The default model could not be fetched</source>
        <translation>Das Standardmodell ließ sich nicht holen</translation>
    </message>
    <message>
        <source>The self-test could not be run</source>
        <translation>Der Selbsttest ließ sich nicht ausführen</translation>
    </message>
    <message>
        <source>&amp;Help of this page</source>
        <translation>&amp;Hilfe zu dieser Seite</translation>
    </message>
    <message>
        <source>Filter models</source>
        <translation>Modelle filtern</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>Add &amp;adapter …</source>
        <translation>&amp;Adapter hinzufügen …</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors config.json);;All files (*)</source>
        <translation>Modelle (*.gguf *.safetensors config.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add adapter</source>
        <translation>Adapter hinzufügen</translation>
    </message>
    <message>
        <source>Adapters (*.gguf adapter_config.json adapter_model.safetensors);;All files (*)</source>
        <translation>Adapter (*.gguf adapter_config.json adapter_model.safetensors);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 acts on the next answer</source>
        <translation>%1 wirkt ab der nächsten Antwort</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::MemoryBar</name>
    <message>
        <source>in use</source>
        <translation>belegt</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>scratch</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Memory: %1</source>
        <translation>Speicher: %1</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::MessageBody</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy code block</source>
        <translation>Codeblock kopieren</translation>
    </message>
    <message>
        <source>Copy this code block</source>
        <translation>Diesen Codeblock kopieren</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::MessageCard</name>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu erzeugen</translation>
    </message>
    <message>
        <source>Larger context</source>
        <translation>Größerer Kontext</translation>
    </message>
    <message>
        <source>Shift and continue</source>
        <translation>Verschieben und fortsetzen</translation>
    </message>
    <message>
        <source>Fork into a new chat</source>
        <translation>In einen neuen Chat abzweigen</translation>
    </message>
    <message>
        <source>message %1</source>
        <translation>Nachricht %1</translation>
    </message>
    <message>
        <source>answer %1</source>
        <translation>Antwort %1</translation>
    </message>
    <message>
        <source>Previous version of %1</source>
        <translation>Vorige Fassung von %1</translation>
    </message>
    <message>
        <source>Next version of %1</source>
        <translation>Nächste Fassung von %1</translation>
    </message>
    <message>
        <source>Message %1, you</source>
        <translation>Nachricht %1, du</translation>
    </message>
    <message>
        <source>Answer %1, %2</source>
        <translation>Antwort %1, %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>Token probabilities of answer %1</source>
        <translation>Tokenwahrscheinlichkeiten der Antwort %1</translation>
    </message>
    <message>
        <source>Edit the text</source>
        <translation>Text bearbeiten</translation>
    </message>
    <message>
        <source>Sends a new version; the old one stays.</source>
        <translation>Sendet eine neue Fassung; die alte bleibt.</translation>
    </message>
    <message>
        <source>Saves a new version without a badge.</source>
        <translation>Speichert eine neue Fassung ohne Kennzeichen.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Edited answer</source>
        <translation>Bearbeitete Antwort</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Reading the prompt %1</source>
        <translation>Prompt wird gelesen, %1</translation>
    </message>
    <message>
        <source>writing …</source>
        <translation>schreibt …</translation>
    </message>
    <message>
        <source>Continue with %1</source>
        <translation>Mit %1 fortsetzen</translation>
    </message>
    <message>
        <source>1 token kept</source>
        <translation>1 Token behalten</translation>
    </message>
    <message>
        <source>%1 tokens kept</source>
        <translation>%1 Tokens behalten</translation>
    </message>
    <message>
        <source>The engine is not ready yet.</source>
        <translation>Die Engine ist noch nicht bereit.</translation>
    </message>
    <message>
        <source>Copy these figures</source>
        <translation>Diese Zahlen kopieren</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::MessageInput</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Write a message. Enter sends, Shift+Enter starts a new line.</source>
        <translation>Eine Nachricht schreiben. Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ModelController</name>
    <message>
        <source>%1 is open, with a note</source>
        <translation>%1 ist offen, mit einer Anmerkung</translation>
    </message>
    <message>
        <source>%1 cannot be opened</source>
        <translation>%1 lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Not enough memory for %1</source>
        <translation>Nicht genug Speicher für %1</translation>
    </message>
    <message>
        <source>Other device or context …</source>
        <translation>Anderes Gerät oder anderer Kontext …</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ModelTable</name>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::NameDialog</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::OpenDialog</name>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>weights + KV cache + scratch, formula in the tooltip</source>
        <translation>Gewichte + KV-Cache + Zwischenspeicher, Formel im Tooltip</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Tokens</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Geräte</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Memory free</source>
        <translation>Speicher frei</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>Selbsttest</translation>
    </message>
    <message>
        <source>Ask every time</source>
        <translation>Jedes Mal fragen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Memory on %1</source>
        <translation>Speicher auf %1</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>F16 would free %1</source>
        <translation>F16 würde %1 freigeben</translation>
    </message>
    <message>
        <source>No device is chosen.</source>
        <translation>Kein Gerät ist gewählt.</translation>
    </message>
    <message>
        <source>this device</source>
        <translation>diesem Gerät</translation>
    </message>
    <message>
        <source>%1 lack on %2</source>
        <translation>Auf %2 fehlen %1</translation>
    </message>
    <message>
        <source>Weights take %1, the KV cache %2, scratch %3; free are %4.</source>
        <translation>Die Gewichte brauchen %1, der KV-Cache %2, der Zwischenspeicher %3; frei sind %4.</translation>
    </message>
    <message>
        <source>It will fit, with %1 to spare</source>
        <translation>Es passt, %1 bleiben übrig</translation>
    </message>
    <message>
        <source>Another program that takes memory of %1 can stop it. A shorter context or an F16 cache leaves more room.</source>
        <translation>Ein anderes Programm, das Speicher von %1 nimmt, kann es aufhalten. Ein kürzerer Kontext oder ein F16-Cache lässt mehr Platz.</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 verwenden</translation>
    </message>
    <message>
        <source>Use F16</source>
        <translation>F16 verwenden</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Scratch</source>
        <translation>Temporär</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Passt</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::PageRail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1 page</source>
        <translation>Seite %1</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::PresetBox</name>
    <message>
        <source>Sampling preset</source>
        <translation>Sampling-Vorgabe</translation>
    </message>
    <message>
        <source>Save, rename or delete a preset</source>
        <translation>Eine Vorgabe speichern, umbenennen oder löschen</translation>
    </message>
    <message>
        <source>%1 (changed)</source>
        <translation>%1 (geändert)</translation>
    </message>
    <message>
        <source>A preset needs a name.</source>
        <translation>Eine Vorgabe braucht einen Namen.</translation>
    </message>
    <message>
        <source>“%1” is there already. Choose another name.</source>
        <translation>„%1“ gibt es schon. Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>Delete a preset</source>
        <translation>Eine Vorgabe löschen</translation>
    </message>
    <message>
        <source>Delete the sampling preset “%1”? The chats keep their numbers.</source>
        <translation>Die Sampling-Vorgabe „%1“ löschen? Die Chats behalten ihre Zahlen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Save “%1”</source>
        <translation>„%1“ speichern</translation>
    </message>
    <message>
        <source>Save as …</source>
        <translation>Speichern als …</translation>
    </message>
    <message>
        <source>Save the sampling as a preset</source>
        <translation>Das Sampling als Vorgabe speichern</translation>
    </message>
    <message>
        <source>Rename “%1” …</source>
        <translation>„%1“ umbenennen …</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Die Vorgabe umbenennen</translation>
    </message>
    <message>
        <source>Delete “%1” …</source>
        <translation>„%1“ löschen …</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::ReasoningBlock</name>
    <message>
        <source>What the model wrote before its answer; later messages are sent without it.</source>
        <translation>Was das Modell vor seiner Antwort schrieb; spätere Nachrichten werden ohne es gesendet.</translation>
    </message>
    <message>
        <source>%1, of answer %2</source>
        <translation>%1, von Antwort %2</translation>
    </message>
    <message>
        <source>Reasoning of answer %1</source>
        <translation>Überlegung zu Antwort %1</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::RecentCard</name>
    <message>
        <source>Recent models</source>
        <translation>Zuletzt geöffnete Modelle</translation>
    </message>
    <message>
        <source>Models that you open are listed here.</source>
        <translation>Geöffnete Modelle werden hier aufgelistet.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::RecentTable</name>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Geöffnet</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::SamplerPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Chat-Einstellungen</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>Reset the system prompt</source>
        <translation>System-Prompt zurücksetzen</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>sampling preset</source>
        <translation>Sampling-Vorgabe</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Divides the logits: 0 always takes the most probable token, above 1 flattens the choice.</source>
        <translation>Teilt die Logits: 0 nimmt immer das wahrscheinlichste Token, über 1 wird die Wahl flacher.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only the k most probable tokens are drawn from; 0: off.</source>
        <translation>Gezogen wird nur aus den k wahrscheinlichsten Tokens; 0: aus.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>smallest set with probability ≥ p (Holtzman et al. 2020)</source>
        <translation>kleinste Menge mit Wahrscheinlichkeit ≥ p (Holtzman et al. 2020)</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>p ≥ min-p · highest p (Nguyen et al. 2024)</source>
        <translation>p ≥ min-p · höchstes p (Nguyen et al. 2024)</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholung</translation>
    </message>
    <message>
        <source>Divides the logits of the last 64 tokens; 1: off.</source>
        <translation>Teilt die Logits der letzten 64 Tokens; 1: aus.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>Fest</translation>
    </message>
    <message>
        <source>Every answer begins from this seed.</source>
        <translation>Jede Antwort beginnt mit diesem Seed.</translation>
    </message>
    <message>
        <source>Answer up to</source>
        <translation>Antwort bis</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Tokens</translation>
    </message>
    <message>
        <source>When full</source>
        <translation>Wenn voll</translation>
    </message>
    <message>
        <source>Stop and say so</source>
        <translation>Stoppen und melden</translation>
    </message>
    <message>
        <source>Shift, keep system prompt</source>
        <translation>Verschieben, System-Prompt behalten</translation>
    </message>
    <message>
        <source>answer length</source>
        <translation>Antwortlänge</translation>
    </message>
    <message>
        <source>when full</source>
        <translation>wenn voll</translation>
    </message>
    <message>
        <source>Show the raw prompt</source>
        <translation>Rohen Prompt zeigen</translation>
    </message>
    <message>
        <source>The text that the model is fed, with its special tokens (Ctrl+Shift+R)</source>
        <translation>Der Text, den das Modell bekommt, mit seinen Sondertokens (Strg+Umschalt+R)</translation>
    </message>
    <message>
        <source>Show token probabilities</source>
        <translation>Tokenwahrscheinlichkeiten zeigen</translation>
    </message>
    <message>
        <source>For answers made while this is on (Ctrl+Shift+P)</source>
        <translation>Für Antworten, die währenddessen entstehen (Strg+Umschalt+P)</translation>
    </message>
    <message>
        <source>Whole number from 0 to %1.</source>
        <translation>Ganze Zahl von 0 bis %1.</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>It is the template&apos;s own.</source>
        <translation>Es ist der eigene der Vorlage.</translation>
    </message>
    <message>
        <source>At most %1 tokens remain in this context.</source>
        <translation>In diesem Kontext bleiben höchstens %1 Tokens.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::SelftestDetails</name>
    <message>
        <source>Self-test of %1</source>
        <translation>Selbsttest von %1</translation>
    </message>
    <message>
        <source>Checks that failed</source>
        <translation>Fehlgeschlagene Prüfungen</translation>
    </message>
    <message>
        <source>Op</source>
        <translation>Operation</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Bound</source>
        <translation>Grenze</translation>
    </message>
    <message>
        <source>Used instead</source>
        <translation>Stattdessen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>Diese Seite zurücksetzen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Opening models</source>
        <translation>Öffnen von Modellen</translation>
    </message>
    <message>
        <source>Reading aloud</source>
        <translation>Vorlesen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Lathe sends nothing anywhere: there is no telemetry to switch off.</source>
        <translation>Lathe sendet nichts: Es gibt keine Telemetrie, die man abschalten müsste.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>Alle Kerne</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>of the CPU device; the engine starts anew</source>
        <translation>des CPU-Geräts; die Engine startet neu</translation>
    </message>
    <message>
        <source>The engine&apos;s own folder</source>
        <translation>Der eigene Ordner der Engine</translation>
    </message>
    <message>
        <source>Models folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose the models folder</source>
        <translation>Den Modellordner wählen</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>F16, half the memory</source>
        <translation>F16, halber Speicher</translation>
    </message>
    <message>
        <source>Ask every time before a model is loaded</source>
        <translation>Jedes Mal fragen, bevor ein Modell geladen wird</translation>
    </message>
    <message>
        <source>Announce answers sentence by sentence</source>
        <translation>Antworten Satz für Satz ansagen</translation>
    </message>
    <message>
        <source>Choose the best for me (auto)</source>
        <translation>Das beste für mich wählen (auto)</translation>
    </message>
    <message>
        <source>%1 (not there)</source>
        <translation>%1 (nicht da)</translation>
    </message>
    <message>
        <source>Its models stand on the start page. Get keeps the default model in the engine&apos;s own folder.</source>
        <translation>Seine Modelle stehen auf der Startseite. „Holen“ legt das Standardmodell in den eigenen Ordner der Engine.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::SliderRow</name>
    <message>
        <source>%1 goes from %2 to %3.</source>
        <translation>%1 geht von %2 bis %3.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::StartPage</name>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Lathe sends nothing anywhere. The network is used only for Get.</source>
        <translation>Lathe sendet nichts. Das Netz wird nur für Holen benutzt.</translation>
    </message>
    <message>
        <source>Getting the default model</source>
        <translation>Das Standardmodell wird geholt</translation>
    </message>
    <message>
        <source>Start chatting</source>
        <translation>Chat beginnen</translation>
    </message>
    <message>
        <source>Get</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open file …   Ctrl+O</source>
        <translation>Datei öffnen …   Strg+O</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Looking for the default model</source>
        <translation>Das Standardmodell wird gesucht</translation>
    </message>
    <message>
        <source>The engine is starting.</source>
        <translation>Die Engine startet.</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist bereit</translation>
    </message>
    <message>
        <source>Getting %1</source>
        <translation>%1 wird geholt</translation>
    </message>
    <message>
        <source>The default model is not here</source>
        <translation>Das Standardmodell ist nicht da</translation>
    </message>
    <message>
        <source>Kept in the models folder; the checksum is compared before the file gets its name.</source>
        <translation>Kommt in den Modellordner; die Prüfsumme wird verglichen, bevor die Datei ihren Namen bekommt.</translation>
    </message>
    <message>
        <source>Get it (%1) or open a file.</source>
        <translation>Es holen (%1) oder eine Datei öffnen.</translation>
    </message>
    <message>
        <source>needs about %1 with %2 tokens of context</source>
        <translation>braucht etwa %1 mit %2 Tokens Kontext</translation>
    </message>
    <message>
        <source>Drop a GGUF file or a Hugging Face folder here</source>
        <translation>GGUF-Datei oder Hugging-Face-Ordner hierher ziehen</translation>
    </message>
    <message>
        <source>LoRA adapters work too. Files stay where they are; Lathe only reads them.</source>
        <translation>LoRA-Adapter gehen auch. Dateien bleiben, wo sie sind; Lathe liest sie nur.</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::StatusLine</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Cancel the work</source>
        <translation>Arbeit abbrechen</translation>
    </message>
    <message>
        <source>Starting the engine</source>
        <translation>Engine startet</translation>
    </message>
    <message>
        <source>Engine ready</source>
        <translation>Engine bereit</translation>
    </message>
    <message>
        <source>Engine stopped</source>
        <translation>Engine steht</translation>
    </message>
    <message>
        <source>Cancel job %1</source>
        <translation>Auftrag abbrechen: %1</translation>
    </message>
    <message>
        <source>Show the left panel</source>
        <translation>Linke Leiste zeigen</translation>
    </message>
    <message>
        <source>Show the right panel</source>
        <translation>Rechte Leiste zeigen</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::TokenTable</name>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Best others</source>
        <translation>Beste andere</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>Etwas fragen</translation>
    </message>
    <message>
        <source>The badge beside each answer shows which weights gave it.</source>
        <translation>Das Kennzeichen neben jeder Antwort zeigt, welche Gewichte sie gaben.</translation>
    </message>
    <message>
        <source>Why is the sky blue?</source>
        <translation>Warum ist der Himmel blau?</translation>
    </message>
    <message>
        <source>Write a Python function that finds prime numbers.</source>
        <translation>Schreib eine Python-Funktion, die Primzahlen findet.</translation>
    </message>
    <message>
        <source>Name ten words for a cat and say where each comes from.</source>
        <translation>Nenne zehn Wörter für Katze und ihre Herkunft.</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Das Modell wird geladen</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Neuestes</translation>
    </message>
    <message>
        <source>Follow the end of the conversation</source>
        <translation>Dem Ende des Gesprächs folgen</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>Answer finished: %1</source>
        <translation>Antwort beendet: %1</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::TrashDialog</name>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Chats stay here for 30 days.</source>
        <translation>Chats bleiben hier 30 Tage.</translation>
    </message>
    <message>
        <source>Chats in the trash</source>
        <translation>Chats im Papierkorb</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>Chat ohne Titel</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::Workspace</name>
    <message>
        <source>rename %1</source>
        <translation>%1 umbenennen</translation>
    </message>
    <message>
        <source>delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>restore %1</source>
        <translation>%1 wiederherstellen</translation>
    </message>
    <message>
        <source>system prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>delete message</source>
        <translation>Nachricht löschen</translation>
    </message>
    <message>
        <source>delete answer</source>
        <translation>Antwort löschen</translation>
    </message>
    <message>
        <source>edit message</source>
        <translation>Nachricht bearbeiten</translation>
    </message>
</context>
<context>
    <name>lathe::desktop::numbers</name>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>%1 bytes (%2 MiB)</source>
        <translation>%1 Bytes (%2 MiB)</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 von %2 %3</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Tokens/s</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>estimating</source>
        <translation>wird geschätzt</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
</context>
</TS>
