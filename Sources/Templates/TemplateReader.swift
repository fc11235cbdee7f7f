// SPDX-License-Identifier: Apache-2.0

/// Reads pipelines, projects and CloudFormation templates: every problem is reported at once.
package enum TemplateReader {
    /// Reads a file; asks only the context, and no input makes it crash or take long.
    /// - Parameters:
    ///   - bytes: the whole file, YAML or JSON.
    ///   - file: its name for locations.
    ///   - parameters: values for a template's parameters.
    ///   - context: what the template may ask.
    /// - Returns: what the file declares, and all problems; it may be used where none of them is an error.
    package static func read(
        _ bytes: [UInt8],
        file: String,
        parameters: [String: String] = [:],
        context: TemplateContext
    ) -> TemplateReading {
        TemplateReading(kind: nil)
    }
}
