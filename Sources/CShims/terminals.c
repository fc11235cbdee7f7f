// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

int nacre_pty_open(int *controller, int *device) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) { return errno; }
    int other = -1;
    if (grantpt(fd) == 0 && unlockpt(fd) == 0) {
        // Not by name: the names of /dev/pts may be those of another mount namespace.
        other = ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    if (other < 0) {
        int error = errno;
        close(fd);
        return error;
    }
    *controller = fd;
    *device = other;
    return 0;
}

int nacre_window_size(int descriptor, unsigned short *rows, unsigned short *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) { return errno; }
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}

int nacre_set_window_size(int descriptor, unsigned short rows, unsigned short columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(descriptor, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

int nacre_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ? errno : 0; }
