//! Components that are small to send and costly to compile.

use core::fmt::Write as _;

use crate::{around, leb, section};

/// A component that costs much.
#[derive(Debug)]
pub struct Bomb {
    /// What is excessive about it.
    pub name: &'static str,
    /// The component, without a manifest.
    pub component: Vec<u8>,
}

/// All of them.
pub fn bombs() -> Vec<Bomb> {
    let bomb = |name, component| Bomb { name, component };
    vec![
        bomb("one function of 7 MB", Module { bodies: vec![huge()], ..Module::default() }.component()),
        bomb("two million nested blocks", Module { bodies: vec![nested()], ..Module::default() }.component()),
        bomb("seven million branches", Module { bodies: vec![branches()], ..Module::default() }.component()),
        bomb("a billion locals", Module { bodies: vec![locals(); 20_000], ..Module::default() }.component()),
        bomb("a million functions", Module { bodies: vec![RETURNS_0.to_vec(); 999_998], ..Module::default() }.component()),
        bomb("a million types", Module { types: 999_998, ..Module::default() }.component()),
        bomb("a hundred memories of 4 GiB", Module { memories: 99, ..Module::default() }.component()),
        bomb("a thousand memories", Module { memories: 999, ..Module::default() }.component()),
        bomb("components within components", within(20_000)),
        bomb("a million imports", imports(1_000_000)),
        bomb("instances that double", text(&doubling_instances())),
        bomb("types that double", text(&doubling_types())),
        bomb("types within types", text(&types_within(20_000))),
    ]
}

/// The body of a function without locals that gives 0.
const RETURNS_0: &[u8] = &[0, 0x41, 0, 0x0b];

/// A core module that fits the contract, and what it has beside that.
#[derive(Default)]
struct Module {
    /// How many types of functions, all different.
    types: u64,
    /// The bodies of functions that give a number.
    bodies: Vec<Vec<u8>>,
    /// How many memories of 4 GiB.
    memories: u64,
}

impl Module {
    fn component(&self) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let function_count = self.bodies.len() as u64 + 2;
        // Two types of functions: without parameters, and with four.
        let types = (0..self.types).map(type_of).collect::<Vec<_>>().concat();
        let types = [&[0x60, 0, 1, 0x7f, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f][..], &types].concat();
        list(1, self.types + 2, &types, &mut module);
        let functions: Vec<u8> = [0, 1].into_iter().chain(self.bodies.iter().map(|_| 0)).collect();
        list(3, function_count, &functions, &mut module);
        let memories = [0, 0x80, 0x80, 4].repeat(usize::try_from(self.memories).unwrap_or_default());
        list(5, self.memories + 1, &[&[0, 1][..], &memories].concat(), &mut module);
        list(7, 3, b"\x06memory\x02\0\x03run\0\0\x07realloc\0\x01", &mut module);
        let mut bodies = Vec::new();
        for body in [RETURNS_0, RETURNS_0].into_iter().chain(self.bodies.iter().map(Vec::as_slice)) {
            leb(body.len() as u64, &mut bodies);
            bodies.extend_from_slice(body);
        }
        list(10, function_count, &bodies, &mut module);
        around(&module)
    }
}

/// Appends a section that is a list.
fn list(id: u8, count: u64, items: &[u8], out: &mut Vec<u8>) {
    let mut content = Vec::new();
    leb(count, &mut content);
    content.extend_from_slice(items);
    section(id, &content, out);
}

/// A type of functions: twenty parameters, whose types are the bits of its number.
fn type_of(number: u64) -> Vec<u8> {
    let parameters = (0..20).map(|bit| if number >> bit & 1 == 0 { 0x7f } else { 0x7e });
    [0x60, 20].into_iter().chain(parameters).chain([0]).collect()
}

/// Loads from where the load before said.
fn huge() -> Vec<u8> {
    [&[0, 0x41, 0][..], &[0x28, 2, 0].repeat(2_400_000), &[0x0b]].concat()
}

fn nested() -> Vec<u8> {
    const DEPTH: usize = 2_400_000;
    [&[0][..], &[0x02, 0x7f].repeat(DEPTH), &[0x41, 0], &[0x0b].repeat(DEPTH + 1)].concat()
}

fn branches() -> Vec<u8> {
    const TARGETS: usize = 10_000;
    let mut table = vec![0x02, 0x40, 0x41, 0, 0x0e];
    leb(TARGETS as u64, &mut table);
    table.extend_from_slice(&[0; TARGETS + 1]);
    table.push(0x0b);
    [&[0][..], &table.repeat(700), &[0x41, 0, 0x0b]].concat()
}

fn locals() -> Vec<u8> {
    let mut body = vec![1];
    leb(50_000, &mut body);
    body.extend_from_slice(&[0x7f, 0x20, 0, 0x0b]);
    body
}

const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

fn within(depth: usize) -> Vec<u8> {
    // Each is longer than what is within by its head, its section's id, and the size of that.
    let mut sizes = vec![EMPTY.len()];
    for _ in 0..depth {
        let inner = sizes.last().copied().unwrap_or_default();
        let mut head = Vec::new();
        leb(inner as u64, &mut head);
        sizes.push(EMPTY.len() + 1 + head.len() + inner);
    }
    let mut component = Vec::new();
    for inner in sizes.iter().rev().skip(1) {
        component.extend_from_slice(EMPTY);
        component.push(4);
        leb(*inner as u64, &mut component);
    }
    component.extend_from_slice(EMPTY);
    component
}

fn imports(count: u64) -> Vec<u8> {
    let mut component = EMPTY.to_vec();
    // One type of functions: no parameters, no result.
    section(7, &[1, 0x40, 0, 1, 0], &mut component);
    let mut all = Vec::new();
    for number in 0..count {
        let name = format!("f{number}");
        all.push(0);
        leb(name.len() as u64, &mut all);
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(&[1, 0]);
    }
    list(10, count, &all, &mut component);
    component
}

fn text(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_default()
}

fn doubling_instances() -> String {
    let mut text = String::from("(component (component $c0 (core module $m) (core instance (instantiate $m)))\n");
    for number in 1..=40 {
        let before = number - 1;
        let twice = "(instance (instantiate $c))".repeat(2);
        let _ = writeln!(text, "(component $c{number} (alias outer 1 $c{before} (component $c)) {twice})");
    }
    text + "(instance (instantiate $c40)))"
}

fn doubling_types() -> String {
    let mut text = String::from("(component (type $t0 u8)\n");
    for number in 1..=60 {
        let before = number - 1;
        let _ = writeln!(text, "(type $t{number} (tuple $t{before} $t{before}))");
    }
    text + "(type (func (param \"x\" $t60))))"
}

fn types_within(depth: usize) -> String {
    let mut text = String::from("(component (type $t0 u8)\n");
    for number in 1..=depth {
        let _ = writeln!(text, "(type $t{number} (option $t{}))", number - 1);
    }
    text + &format!("(type (func (param \"x\" $t{depth}))))")
}
