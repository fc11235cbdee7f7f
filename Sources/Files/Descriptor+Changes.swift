// SPDX-License-Identifier: Apache-2.0

package import Glibc

extension Descriptor {
    /// Sets the permission bits (`fchmod(2)`).
    package func setMode(_ mode: UInt32) throws(FileError) {
        try FileError.check("fchmod") { fchmod(number, mode) }
    }

    /// Sets when the file was last changed and read (`futimens(2)`).
    package func setModificationTime(_ time: timespec) throws(FileError) {
        let times = [time, time]
        try FileError.check("futimens") { unsafe futimens(number, times) }
    }
}
