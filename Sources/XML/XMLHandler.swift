// SPDX-License-Identifier: Apache-2.0

/// Takes the parts of an XML text as they are read.
package protocol XMLHandler: AnyObject {
    /// An element begins.
    /// - Throws: an error that ends the reading; the reader adds the place.
    func begin(_ element: XMLElement) throws(XMLError)
    /// The innermost open element ends.
    func end()
    /// Whether `text` is to be called now: output that nobody wants is then not even copied.
    var wantsText: Bool { get }
    /// A piece of the text between tags; one text may come in many pieces.
    func text(_ piece: String)
}
