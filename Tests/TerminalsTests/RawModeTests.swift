// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc
import Terminals
import Testing

@Suite("Raw mode")
struct RawModeTests {
    private func flags(of descriptor: Int32) -> tcflag_t {
        var state = termios()
        _ = unsafe tcgetattr(descriptor, &state)
        return state.c_lflag
    }

    @Test("a terminal is raw until it is put back")
    func roundTrip() throws {
        var ends: (controller: Int32, device: Int32) = (-1, -1)
        try #require(unsafe openpty(&ends.controller, &ends.device, nil, nil, nil) == 0)
        let controller = Descriptor(owning: ends.controller)
        let device = Descriptor(owning: ends.device)
        let before = flags(of: device.number)
        let mode = try RawMode(device.number)
        #expect(flags(of: device.number) & tcflag_t(ECHO | ICANON | ISIG) == 0)
        mode.restore()
        #expect(flags(of: device.number) == before)
        #expect(controller.number >= 0)
    }

    @Test("a pipe is no terminal")
    func pipe() throws {
        let ends = try Descriptor.pipe()
        let reading = Descriptor(owning: ends.reading)
        let writing = Descriptor(owning: ends.writing)
        #expect(!RawMode.isTerminal(reading.number))
        #expect(TerminalSize(of: writing.number) == nil)
        #expect(throws: FileError.self) { _ = try RawMode(reading.number) }
    }
}
