#define _GNU_SOURCE
#include "CShims.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/// The loopback address of a port; its length.
static socklen_t loopback(bool six, uint16_t port, struct sockaddr_storage *address) {
    memset(address, 0, sizeof *address);
    if (six) {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)address;
        in->sin6_family = AF_INET6;
        in->sin6_port = htons(port);
        in->sin6_addr = in6addr_loopback;
        return sizeof *in;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)address;
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof *in;
}

static int tcp_socket(bool six) {
    return socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void set_option(int fd, int level, int option) {
    int on = 1;
    setsockopt(fd, level, option, &on, sizeof on);
}

int nacre_tcp_listen(bool six, uint16_t port, int backlog) {
    struct sockaddr_storage address;
    socklen_t length = loopback(six, port, &address);
    int fd = tcp_socket(six);
    if (fd < 0) { return -errno; }
    set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    if (six) { set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY); }
    if (bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, backlog) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int nacre_tcp_accept(int listener) {
    int fd;
    do {
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) { return -errno; }
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    return fd;
}

int nacre_tcp_connect(bool six, uint16_t port) {
    struct sockaddr_storage address;
    socklen_t length = loopback(six, port, &address);
    int fd = tcp_socket(six);
    if (fd < 0) { return -errno; }
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    if (connect(fd, (struct sockaddr *)&address, length) < 0 && errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int nacre_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

void nacre_socket_reset_on_close(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

// MARK: epoll

int nacre_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int nacre_epoll_set(int epoll, int fd, bool is_known, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    int operation = events == 0 ? EPOLL_CTL_DEL : is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    return epoll_ctl(epoll, operation, fd, &event) < 0 ? errno : 0;
}

int nacre_epoll_wait(int epoll, struct nacre_ready *ready, int count, int milliseconds) {
    struct epoll_event events[64];
    int got = epoll_wait(epoll, events, count < 64 ? count : 64, milliseconds);
    if (got < 0) { return errno == EINTR ? 0 : -errno; }
    for (int i = 0; i < got; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].events = events[i].events;
    }
    return got;
}
