//! What a function could return instead: a few plain values of a type.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// Values of a return type, as expressions.
pub fn of_return(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec!["()".into()],
        ReturnType::Type(_, ty) => of(ty),
    }
}

fn of(ty: &Type) -> Vec<String> {
    match ty {
        Type::Never(_) | Type::ImplTrait(_) => vec![],
        Type::Tuple(tuple) if tuple.elems.is_empty() => vec!["()".into()],
        Type::Tuple(tuple) => {
            let each: Vec<Vec<String>> = tuple.elems.iter().map(of).collect();
            if each.iter().any(Vec::is_empty) {
                return vec![];
            }
            // Each element in turn takes its values, the others their first one.
            let mut found = Vec::new();
            for (at, values) in each.iter().enumerate() {
                for value in values {
                    let tuple: Vec<&str> = (each.iter().enumerate())
                        .map(|(other, firsts)| {
                            if other == at { value } else { &firsts[0] }.as_str()
                        })
                        .collect();
                    let text = format!("({},)", tuple.join(", "));
                    if !found.contains(&text) {
                        found.push(text);
                    }
                }
            }
            found
        }
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                vec!["\"\"".into(), "\"xyzzy\"".into()]
            }
            Type::Slice(slice) => {
                let items = of(&slice.elem);
                let leaked = |text: String| format!("Vec::leak({text})");
                let mut all = vec![leaked("Vec::new()".into())];
                all.extend(items.iter().map(|item| leaked(format!("vec![{item}]"))));
                all
            }
            inner => {
                of(inner).iter().map(|value| format!("Box::leak(Box::new({value}))")).collect()
            }
        },
        Type::Path(path) => of_path(path),
        _ => vec![],
    }
}

fn of_path(path: &syn::TypePath) -> Vec<String> {
    let Some(last) = path.path.segments.last() else { return vec![] };
    let name = last.ident.to_string();
    let first = argument(&last.arguments, 0);
    let inner = || first.map(of).unwrap_or_default();
    let each =
        |form: &dyn Fn(&str) -> String| inner().iter().map(|value| form(value)).collect::<Vec<_>>();
    match name.as_str() {
        "bool" => vec!["true".into(), "false".into()],
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => vec!["0".into(), "1".into()],
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            vec!["0".into(), "1".into(), "-1".into()]
        }
        "f32" | "f64" => vec!["0.0".into(), "1.0".into(), "-1.0".into()],
        "char" => vec!["'x'".into()],
        "String" => vec!["String::new()".into(), "String::from(\"xyzzy\")".into()],
        "Option" => {
            let mut all = vec!["None".into()];
            all.extend(each(&|value| format!("Some({value})")));
            all
        }
        "Result" => each(&|value| format!("Ok({value})")),
        "Vec" => {
            let mut all = vec!["vec![]".into()];
            all.extend(each(&|value| format!("vec![{value}]")));
            all
        }
        "Box" | "Arc" | "Rc" => each(&|value| format!("{name}::new({value})")),
        "Cow" => vec![],
        // `fmt::Result` and the like: done, and nothing was written.
        _ if path.to_token_stream().to_string() == "fmt :: Result" => vec!["Ok(())".into()],
        _ => vec!["Default::default()".into()],
    }
}

fn argument(arguments: &PathArguments, at: usize) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.into_iter().nth(at)
}
