// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>

#include <cstdint>
#include <cstdlib>

/// A condition that must hold for any input. If it does not, libFuzzer keeps that input.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// The input of libFuzzer.
inline QByteArrayView bytesOf(const uint8_t *data, size_t size)
{
    return {data, static_cast<qsizetype>(size)};
}
