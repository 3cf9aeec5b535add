//! Answers in XML: takes bytes, gives a tree in which names are compared without their namespace and the first letter's case.

use engine_sdk::Fault;

/// An element.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tree {
    name: String,
    text: String,
    children: Vec<Tree>,
}

/// How deep elements may lie within each other.
const DEPTH: usize = 64;

impl Tree {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let text = core::str::from_utf8(bytes).map_err(|error| Fault::invalid(format!("the answer is not UTF-8: {error}")))?;
        let document = roxmltree::Document::parse(text)
            .map_err(|error| Fault::invalid(format!("the answer is not the XML expected: {error}")))?;
        Self::of(document.root_element(), 0)
    }

    fn of(node: roxmltree::Node<'_, '_>, depth: usize) -> Result<Self, Fault> {
        if depth > DEPTH {
            return Err(Fault::invalid("the answer's XML is nested too deep"));
        }
        let children = node.children().filter(roxmltree::Node::is_element).map(|child| Self::of(child, depth + 1));
        Ok(Self {
            name: node.tag_name().name().to_owned(),
            text: node.text().unwrap_or_default().trim().to_owned(),
            children: children.collect::<Result<_, _>>()?,
        })
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// The children of that name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |it| it.name.eq_ignore_ascii_case(name))
    }

    /// All children.
    pub(crate) fn all(&self) -> &[Self] {
        &self.children
    }

    /// The text of the first child of that name; `None` for an empty one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.child(name).map(|it| it.text.as_str()).filter(|it| !it.is_empty())
    }

    /// The text of the child that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<String, Fault> {
        self.text(name).map(str::to_owned).ok_or_else(|| Fault::invalid(format!("an item of the answer has no `{name}`")))
    }

    /// The text itself.
    pub(crate) fn own_text(&self) -> &str {
        &self.text
    }

    /// The first element of that name at any depth but in lists (`member`, `item`), which have markers of their own.
    pub(crate) fn deep(&self, name: &str) -> Option<&Self> {
        if self.name.eq_ignore_ascii_case(name) {
            return Some(self);
        }
        self.children.iter().filter(|it| !["member", "item"].contains(&it.name.as_str())).find_map(|it| it.deep(name))
    }

    /// Its text.
    pub(crate) fn deep_text(&self, name: &str) -> Option<&str> {
        self.deep(name).map(|it| it.text.as_str()).filter(|it| !it.is_empty())
    }

    /// The items of the list of that name, which must be there.
    pub(crate) fn list(&self, name: &str) -> Result<&[Self], Fault> {
        self.deep(name).map(|it| it.children.as_slice()).ok_or_else(|| Fault::invalid(format!("the answer has no `{name}`")))
    }
}
