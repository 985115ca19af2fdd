// SPDX-License-Identifier: GPL-3.0-or-later
// The head of Q4_K and Q5_K: word 0 d and m as halves, words 1…3 eight 6-bit s and t, for value = d s q − m
// t. The last four s and t keep their low nibbles in word 3 and their two high bits above the first four.

/// Group g: sub-block 2 g is run A, 2 g + 1 is run B.
void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    vec4 d, m;
    fmtHalfPair(fmtWord(at, 0u), d, m);
    const uint shift = 16u * (g & 1u);
    const uvec4 w1 = fmtWord(at, 1u) >> shift, w2 = fmtWord(at, 2u) >> shift;
    uvec4 s = w1 & 0x3F3Fu, t = w2 & 0x3F3Fu; // of run B in the second byte
    if (g >= 2u) {
        const uvec4 w3 = fmtWord(at, 3u) >> shift;
        s = (w3 & 0x0F0Fu) | ((w1 & 0xC0C0u) >> 2);
        t = ((w3 >> 4) & 0x0F0Fu) | ((w2 & 0xC0C0u) >> 2);
    }
    sA = d * vec4(s & 63u);
    oA = -m * vec4(t & 63u);
    sB = d * vec4(s >> 8);
    oB = -m * vec4(t >> 8);
}
