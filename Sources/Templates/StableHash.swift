// SPDX-License-Identifier: Apache-2.0

/// Made-up names and ids that are the same each time a template is read.
enum StableHash {
    /// Twelve capital letters and digits, as CloudFormation puts behind the names that it makes.
    static func suffix(_ text: String) -> String {
        var value = hash(text, seed: 0xcbf2_9ce4_8422_2325)
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        var result: [UInt8] = []
        for _ in 0..<12 {
            result.append(digits[Int(value % 36)])
            value /= 36
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A text of the form of a UUID.
    static func identifier(_ text: String) -> String {
        let words = [hash(text, seed: 0xcbf2_9ce4_8422_2325), hash(text, seed: 0x9e37_79b9_7f4a_7c15)]
        let digits = words.map { word in
            let hex = String(word, radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }
        let all = Array(digits.joined())
        return [all[0..<8], all[8..<12], "4" + all[13..<16], "8" + all[17..<20], all[20..<32]]
            .map { String($0) }.joined(separator: "-")
    }

    /// FNV-1a, with its bits mixed at the end.
    private static func hash(_ text: String, seed: UInt64) -> UInt64 {
        var value = seed
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
        value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return value ^ (value >> 33)
    }
}
