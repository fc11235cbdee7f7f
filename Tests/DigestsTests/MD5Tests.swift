// SPDX-License-Identifier: Apache-2.0

import Digests
import Testing

@Suite("MD5 sums")
struct MD5Tests {
    @Test(
        "the sums of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ]
    )
    func sums(text: String, sum: String) {
        var hasher = MD5Hasher()
        let bytes = Array(text.utf8)
        unsafe hasher.update(bytes.span.bytes)
        // Asking changes nothing.
        #expect(hasher.hex() == sum)
        #expect(hasher.hex() == sum)
    }
}
