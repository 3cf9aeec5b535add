//! All of WASI 0.2 that the host does not answer: linked, so that guests which merely import it start, and always refused.
//!
//! Takes the types of the imports and gives functions that answer by type: an error where a function can fail, nothing
//! where it lists, a trap where neither is possible. No file, socket or request is ever behind them.

use wasmtime::component::types::{ComponentFunc, ComponentItem, Type};
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceAny, ResourceType, Val};
use wasmtime::{Engine, Result, StoreContextMut};

use super::Guest;
use super::cut::Cut;

/// Stands for every resource of what is refused.
struct Refused;

/// The interfaces that `bindings::wasi` answers, by name without version.
const ANSWERED: &[&str] = &[
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:clocks/wall-clock",
    "wasi:clocks/monotonic-clock",
    "wasi:random/random",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:cli/exit",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/stderr",
];

/// Links every interface of WASI that the component imports and nothing else answers.
pub(super) fn link(linker: &mut Linker<Guest>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    let answered = answered_resources(component, &engine);
    for (name, import) in component.component_type().imports(&engine) {
        let path = name.split_once('@').map_or(name, |(path, _)| path);
        let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
        if !path.starts_with("wasi:") || ANSWERED.contains(&path) {
            continue;
        }
        let mut interface = linker.instance(name)?;
        for (item, export) in instance.exports(&engine) {
            match export.ty {
                ComponentItem::ComponentFunc(_) => refuse(&mut interface, item, format!("{path}.{item}"))?,
                // A resource of an answered interface that this one only uses is linked there.
                ComponentItem::Resource(resource) if answered.contains(&resource) => {}
                ComponentItem::Resource(_) => interface.resource(item, ResourceType::host::<Refused>(), |_, _| Ok(()))?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn answered_resources(component: &Component, engine: &Engine) -> Vec<ResourceType> {
    let mut resources = Vec::new();
    for (name, import) in component.component_type().imports(engine) {
        let path = name.split_once('@').map_or(name, |(path, _)| path);
        let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
        if ANSWERED.contains(&path) {
            resources.extend(instance.exports(engine).filter_map(|(_, export)| match export.ty {
                ComponentItem::Resource(resource) => Some(resource),
                _ => None,
            }));
        }
    }
    resources
}

fn refuse(interface: &mut LinkerInstance<'_, Guest>, item: &str, name: String) -> Result<()> {
    interface.func_new(item, move |store, ty, _, results| answer(store, &ty, results, &name))
}

fn answer(mut store: StoreContextMut<'_, Guest>, ty: &ComponentFunc, results: &mut [Val], name: &str) -> Result<()> {
    for (result, ty) in results.iter_mut().zip(ty.results()) {
        let value = refusal(&mut store, &ty)?;
        *result =
            value.ok_or_else(|| Cut::new("refused", format!("the plugin called `{name}`, which is not available to it")))?;
    }
    Ok(())
}

/// The value of a type that says no; `None` when the type has none.
fn refusal(store: &mut StoreContextMut<'_, Guest>, ty: &Type) -> Result<Option<Val>> {
    Ok(match ty {
        Type::Result(result) => match result.err() {
            None => Some(Val::Result(Err(None))),
            Some(error) => denial(&error).map(|error| Val::Result(Err(Some(Box::new(error))))),
        },
        Type::List(_) => Some(Val::List(Vec::new())),
        Type::Option(_) => Some(Val::Option(None)),
        Type::Bool => Some(Val::Bool(false)),
        Type::Own(resource) if *resource == ResourceType::host::<Refused>() => {
            Some(Val::Resource(ResourceAny::try_from_resource(Resource::<Refused>::new_own(0), store)?))
        }
        _ => None,
    })
}

/// The value of an error type that comes closest to "denied".
fn denial(ty: &Type) -> Option<Val> {
    const BEST: &[&str] =
        &["access-denied", "HTTP-request-denied", "access", "not-supported", "unsupported", "forbidden", "closed"];
    match ty {
        Type::Enum(names) => {
            let best = BEST.iter().find(|best| names.names().any(|name| name == **best));
            best.map(|name| (*name).to_owned()).or_else(|| names.names().next().map(str::to_owned)).map(Val::Enum)
        }
        Type::Variant(variant) => {
            let plain = || variant.cases().filter(|case| case.ty.is_none());
            let best = BEST.iter().find_map(|best| plain().find(|case| case.name == *best));
            let other = || variant.cases().find(|case| matches!(case.ty, Some(Type::Option(_))));
            let case = best.or_else(|| plain().next()).or_else(other)?;
            let payload = case.ty.is_some().then(|| Box::new(Val::Option(None)));
            Some(Val::Variant(case.name.to_owned(), payload))
        }
        Type::String => Some(Val::String("not available".to_owned())),
        Type::Option(_) => Some(Val::Option(None)),
        _ => None,
    }
}
