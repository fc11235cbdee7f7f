// SPDX-License-Identifier: Apache-2.0
// What the sanitizers' runtimes ask a program for when it starts. It is in each program, as those under test start others
// without their environment. NACRE_FINDINGS is the beginning of the path of what they write.

#define COMMON "log_path='" NACRE_FINDINGS "':log_exe_name=1:exitcode=66"

#if __has_feature(thread_sanitizer)
// A program that ends would wait a second for late races, each one of thousands.
const char *__tsan_default_options(void) { return COMMON ":history_size=4:atexit_sleep_ms=0"; }
#endif

#if __has_feature(address_sanitizer)
// The runtime of Swift keeps what it makes once, and libdispatch its queues: leaks are not looked for.
const char *__asan_default_options(void) { return COMMON ":detect_leaks=0"; }

// What is no fault of ours, each with its reason.
const char *__asan_default_suppressions(void) {
    return
        // Unoptimised, the standard library copies what `\.content?.digest` gives onto a place that begins within it: the
        // value and the byte that says whether there is one. Six lines of Swift are enough for that.
        "interceptor_via_fun:*7KeyPathC16_projectReadOnly*\n";
}
#endif
