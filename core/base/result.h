// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lathe {

/// What kind of fault an Error is; the engine maps it to an exit status or a JSON-RPC error code.
enum class Errc {
    BadInput,    ///< a file, a setting or a request is wrong
    NotFound,    ///< a file or a device is not there
    Unsupported, ///< known to exist, not handled here: "unsupported: X"
    OutOfMemory, ///< host or device memory
    Device,      ///< the driver failed or the device was lost
    Numeric,     ///< NaN or infinity where numbers were due
    Io,          ///< reading or writing failed
    Cancelled,   ///< the user's cancel token was set
};

/// A fault of a user, a file or a device. `subject` names the file, tensor or setting as it was given;
/// `what` says what is wrong; `remedy` says what to do about it. Each is one line without a final stop.
struct Error {
    Errc code = Errc::BadInput;
    std::string subject;
    std::string what;
    std::string remedy;

    bool operator==(const Error &) const = default;

    /// "subject: what; remedy", the line that the command line prints after "lathe: ".
    std::string message() const
    {
        std::string line = subject.empty() ? what : subject + ": " + what;
        return remedy.empty() ? line : line + "; " + remedy;
    }
};

template <class T = void> using Result = tl::expected<T, Error>;

/// Builds the error branch of any Result.
inline tl::unexpected<Error> fail(Errc code, std::string subject, std::string what, std::string remedy = {})
{
    return tl::unexpected<Error>(Error{code, std::move(subject), std::move(what), std::move(remedy)});
}

} // namespace lathe

#define LATHE_CONCAT_(a, b) a##b
#define LATHE_CONCAT(a, b) LATHE_CONCAT_(a, b)

/// Runs a Result<> expression; returns its error from the enclosing function.
#define LATHE_TRY(expr)                                                                                      \
    do {                                                                                                     \
        if (auto lathe_result_ = (expr); !lathe_result_)                                                     \
            return ::tl::make_unexpected(std::move(lathe_result_).error());                                  \
    } while (false)

/// LATHE_ASSIGN(auto x, f()): x = the value of f(), or returns f()'s error from the enclosing function.
#define LATHE_ASSIGN(decl, expr) LATHE_ASSIGN_IMPL_(LATHE_CONCAT(lathe_result_, __LINE__), decl, expr)
#define LATHE_ASSIGN_IMPL_(tmp, decl, expr)                                                                  \
    auto tmp = (expr);                                                                                       \
    if (!tmp)                                                                                                \
        return ::tl::make_unexpected(std::move(tmp).error());                                                \
    decl = std::move(*tmp)
