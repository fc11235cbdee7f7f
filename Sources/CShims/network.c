// SPDX-License-Identifier: Apache-2.0
// Stands before the parts of libgit2 (1.5, as Debian builds it) that speak with other machines, so that they and the twelve
// libraries behind them are not linked: to load those would be most of the start of every command, and mbedTLS would read all
// of the machine's certificates. Nacre reads repositories on this machine; whatever should come to a connection all the same
// is refused.
#include <stdbool.h>

enum { refused = -1 };

bool git_http__expect_continue = false;

int git_mbedtls_stream_global_init(void);
int git_mbedtls_stream_global_init(void) { return 0; }

int git_transport_ssh_global_init(void);
int git_transport_ssh_global_init(void) { return 0; }

int git_mbedtls__set_cert_location(const char *file, const char *folder);
int git_mbedtls__set_cert_location(const char *file, const char *folder) {
    (void)file;
    (void)folder;
    return refused;
}

int git_mbedtls_stream_new(void **stream, const char *host, const char *port);
int git_mbedtls_stream_new(void **stream, const char *host, const char *port) {
    (void)stream;
    (void)host;
    (void)port;
    return refused;
}

int git_mbedtls_stream_wrap(void **stream, void *inner, const char *host);
int git_mbedtls_stream_wrap(void **stream, void *inner, const char *host) {
    (void)stream;
    (void)inner;
    (void)host;
    return refused;
}

int git_smart_subtransport_http(void **transport, void *owner, void *parameter);
int git_smart_subtransport_http(void **transport, void *owner, void *parameter) {
    (void)transport;
    (void)owner;
    (void)parameter;
    return refused;
}

int git_smart_subtransport_ssh(void **transport, void *owner, void *parameter);
int git_smart_subtransport_ssh(void **transport, void *owner, void *parameter) {
    (void)transport;
    (void)owner;
    (void)parameter;
    return refused;
}
