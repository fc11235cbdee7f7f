// SPDX-License-Identifier: Apache-2.0

// What LLVM's fuzzer offers, which comes with the compiler without a header: <https://llvm.org/docs/LibFuzzer.html>.

#include <stddef.h>
#include <stdint.h>

// Feeds a function with one input after the other, as the arguments say.
int LLVMFuzzerRunDriver(int *_Nonnull count, char *_Nullable *_Nonnull *_Nonnull arguments,
                        int (*_Nonnull feed)(const uint8_t *_Nullable bytes, size_t count));

// Changes an input in one of the fuzzer's own ways, and returns its new length.
size_t LLVMFuzzerMutate(uint8_t *_Nonnull bytes, size_t count, size_t limit);
