// SPDX-License-Identifier: Apache-2.0

/// Stands before the function of mbedTLS of the same name.
///
/// libgit2, where it is built with mbedTLS as on Debian, reads all of the machine's certificates when it is initialised,
/// which takes nine milliseconds of every command that looks at a repository; there is no option against it. Nacre makes no
/// network connections through libgit2. Should it ever come to one, the list of trusted certificates is empty, and the
/// connection is refused.
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
    (void)chain;
    (void)path;
    return 0;
}
