// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
internal import Glibc
package import Processes

/// A terminal without a screen: what a program does in it is read and written at the other end (`pty(7)`).
package struct PseudoTerminal: ~Copyable, Sendable {
    /// The end of whoever plays the screen and the keyboard; non-blocking.
    ///
    /// Reading fails with `EIO` when no program holds the other end any more.
    package let controller: Descriptor
    /// The program's end, until there is a program.
    private var device: Descriptor?

    private init(controller: consuming Descriptor, device: consuming Descriptor) {
        self.controller = controller
        self.device = consume device
    }

    /// Opens a new one; both ends are close-on-exec.
    package static func open(size: TerminalSize = .standard) throws(FileError) -> PseudoTerminal {
        var controller: Int32 = -1
        var device: Int32 = -1
        try FileError.checkCode("posix_openpt", "/dev/ptmx", unsafe nacre_pty_open(&controller, &device))
        _ = nacre_set_nonblocking(controller, true)
        let terminal = PseudoTerminal(
            controller: Descriptor(owning: controller),
            device: Descriptor(owning: device)
        )
        try size.set(terminal.controller)
        return terminal
    }

    /// Starts the one program whose controlling terminal this becomes.
    ///
    /// When the controller is closed, the program's session gets SIGHUP.
    ///
    /// * `request`: its `standard` descriptors are not looked at.
    package mutating func spawn(_ request: ChildProcess.Request) throws(FileError) -> ChildProcess {
        guard let device = device.take() else {
            throw FileError(code: EBUSY, function: "spawn", path: "the pseudo terminal")
        }
        var request = request
        request.standard = (device.number, device.number, device.number)
        request.startsSession = true
        request.takesTerminal = true
        // This process's copy of the program's end closes here, so that the program's end is seen.
        return try ChildProcess.spawn(request)
    }

    /// Gives up the terminal for its controller.
    package consuming func release() -> Descriptor { controller }
}
