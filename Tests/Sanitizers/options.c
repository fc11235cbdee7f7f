// SPDX-License-Identifier: Apache-2.0
// What the sanitizers' runtimes ask a program for when it starts. It is in each program, as those under test start others
// without their environment. NACRE_FINDINGS is the beginning of the path of what they write.
// What is proven to be no fault of ours is suppressed, each with its reason.

#define COMMON "log_path='" NACRE_FINDINGS "':log_exe_name=1:exitcode=66"

#if __has_feature(thread_sanitizer)
// A program that ends would wait a second for late races, each one of thousands.
const char *__tsan_default_options(void) { return COMMON ":history_size=4:atexit_sleep_ms=0"; }

const char *__tsan_default_suppressions(void) {
    return
        // What is called by `Mutex.withLock`: it has the lock. A lock that another thread holds is handed over in the library
        // of Mutex or in the kernel (FUTEX_LOCK_PI), where the sanitizer does not see it; and what a Mutex holds cannot be
        // come to without the lock. The names are those of closures with a parameter `inout sending`, which no other has.
        "race:zYu*XEfU\n";
}
#endif

#if __has_feature(address_sanitizer)
// The runtime of Swift keeps what it makes once, and libdispatch its queues: leaks are not looked for.
const char *__asan_default_options(void) { return COMMON ":detect_leaks=0"; }

const char *__asan_default_suppressions(void) {
    return
        // Unoptimised, the standard library copies what `\.content?.digest` gives onto a place that begins within it: the
        // value and the byte that says whether there is one. Six lines of Swift are enough for that.
        "interceptor_via_fun:*7KeyPathC16_projectReadOnly*\n";
}
#endif
