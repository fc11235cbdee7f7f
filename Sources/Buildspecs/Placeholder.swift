package import Diagnostics
package enum BuildspecReader { package static func read(_ b: [UInt8], file: String) -> BuildspecReading { .init(buildspec: nil, diagnostics: []) } }
extension Buildspec {  package func notYetExecuted() -> [Diagnostic] { [] } }
