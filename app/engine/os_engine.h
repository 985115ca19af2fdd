// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

/// What the engine needs of the operating system beyond core/base: pipes, the terminal, Ctrl+C.
/// app/engine/os_*.cpp is the part to port.
namespace lathe::os {

/// Opens those of the descriptors 0, 1 and 2 that are closed, so that no file of ours gets their numbers;
/// what is written to an output opened so fails.
void holdStandardDescriptors();

/// A private copy of standard output; from then on descriptor 1 is standard error, because drivers print.
/// Nothing if there was no standard output.
std::optional<int> takeStandardOutput();

/// A descriptor that becomes readable when `ring` is called; from any thread or signal handler.
class Bell
{
public:
    Bell();
    ~Bell();
    Bell(const Bell &) = delete;
    Bell &operator=(const Bell &) = delete;
    void ring();
    int descriptor() const { return m_read; }

private:
    int m_read = -1;
    int m_write = -1;
};

/// Reads what is there, at least one byte. 0: end of the input, an error, or the bell.
size_t readSome(int descriptor, std::span<std::byte> into, const Bell &bell);
/// Writes everything; false: the reader is gone, or the bell rang while it did not read.
bool writeEverything(int descriptor, std::span<const std::byte> bytes, const Bell &bell);

/// A write to a pipe that nobody reads gives an error instead of ending the program.
void ignoreBrokenPipes();
/// A model file that another process cuts short while it is mapped ends this one with status 1 and one line
/// that names the file, instead of a fault without a word.
void reportShrunkFiles();
/// Ends the process now, without destructors: for a driver that does not come back.
[[noreturn]] void exitNow(int status);

/// Calls `handler` in the signal handler for each Ctrl+C (it may only set atomics); null: the default again.
void onInterrupt(void (*handler)());

long processId();
/// Resident bytes of this process.
uint64_t processBytes();
/// "Debian GNU/Linux 12 (bookworm), Linux 6.1".
std::string systemName();

/// Keys as they are typed, without echo and signals, from the terminal on standard input while the object
/// lives.
class RawTerminal
{
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal &) = delete;
    RawTerminal &operator=(const RawTerminal &) = delete;

private:
    struct Saved;
    std::unique_ptr<Saved> m_saved;
};
/// The next byte of standard input, past any buffer; nothing at its end.
std::optional<char> readInputByte();
/// Of the terminal on standard output; 80 where it does not say.
unsigned terminalColumns();
/// The terminal knows escape sequences (TERM).
bool terminalHasCodes();

bool inputIsTerminal();
bool outputIsTerminal();
bool errorIsTerminal();

} // namespace lathe::os
