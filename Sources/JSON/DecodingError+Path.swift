// SPDX-License-Identifier: Apache-2.0

extension DecodingError {
    /// The error as seen from further out.
    ///
    /// * `path`: leads to where it was seen from so far.
    func within(_ path: [any CodingKey]) -> DecodingError {
        func extended(_ context: Context) -> Context {
            Context(
                codingPath: path + context.codingPath,
                debugDescription: context.debugDescription,
                underlyingError: context.underlyingError
            )
        }
        return switch self {
        case .typeMismatch(let type, let context): .typeMismatch(type, extended(context))
        case .valueNotFound(let type, let context): .valueNotFound(type, extended(context))
        case .keyNotFound(let key, let context): .keyNotFound(key, extended(context))
        case .dataCorrupted(let context): .dataCorrupted(extended(context))
        @unknown default: self
        }
    }
}
