// SPDX-License-Identifier: Apache-2.0

extension FixedWidthInteger {
    /// Reads a number as JSON writes it; nil when it is not whole, or does not fit.
    init?(jsonNumber text: String) {
        if let value = Self(text) {
            self = value
            return
        }
        // Others may write whole numbers as 1.0 or 1e3.
        guard let number = Double(text), let value = Self(exactly: number) else { return nil }
        self = value
    }
}
