//! What the languages of code blocks look like: comments, strings, keywords.

/// How a language is read.
#[expect(clippy::struct_excessive_bools, reason = "a table of independent traits of languages")]
pub(super) struct Language {
    /// Names after the fence.
    names: &'static [&'static str],
    /// Separated by spaces.
    pub(super) keywords: &'static str,
    /// What begins a comment up to the line's end.
    pub(super) lines: &'static [&'static str],
    /// What surrounds a comment.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// Characters that surround strings.
    pub(super) strings: &'static str,
    /// Strings may stand in three quotes, over several lines.
    pub(super) triple: bool,
    /// A single quote surrounds one character.
    pub(super) chars: bool,
    /// Words with a capital are types.
    pub(super) types: bool,
    /// What stands before a colon is a key.
    pub(super) keys: bool,
    /// Words may have dashes in them.
    pub(super) dashes: bool,
    /// Keywords in any letter case.
    pub(super) any_case: bool,
    /// `name!(` is a call.
    pub(super) macros: bool,
    /// Names after `<` and `</` are tags.
    pub(super) tags: bool,
    /// Lines begin with `+`, `-` and `@`.
    pub(super) diff: bool,
}

/// Words that stand for values.
pub(super) const LITERALS: &str =
    "true false null nil None True False undefined NaN nullptr NULL this self Self super";

/// The language of this name.
pub(super) fn named(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.names.contains(&name))
}

const PLAIN: Language = Language {
    names: &[],
    keywords: "",
    lines: &[],
    block: None,
    strings: "\"'",
    triple: false,
    chars: false,
    types: false,
    keys: false,
    dashes: false,
    any_case: false,
    macros: false,
    tags: false,
    diff: false,
};

/// What C and those that look like it share.
const CURLY: Language =
    Language { lines: &["//"], block: Some(("/*", "*/")), chars: true, types: true, ..PLAIN };

const LANGUAGES: &[Language] = &[
    Language {
        names: &["rust", "rs"],
        keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop \
            match mod move mut pub ref return static struct trait type unsafe use where while",
        macros: true,
        ..CURLY
    },
    Language {
        names: &["js", "javascript", "jsx", "mjs", "ts", "typescript", "tsx", "svelte", "vue"],
        keywords: "abstract as async await break case catch class const continue debugger declare default delete \
            do else enum export extends finally for from function get if implements import in instanceof \
            interface keyof let new of private protected public readonly return satisfies set static \
            switch throw try type typeof var void while with yield",
        strings: "\"'`",
        chars: false,
        ..CURLY
    },
    Language {
        names: &["python", "py", "python3"],
        keywords: "and as assert async await break case class continue def del elif else except finally for from \
            global if import in is lambda match nonlocal not or pass raise return try while with yield",
        lines: &["#"],
        triple: true,
        types: true,
        ..PLAIN
    },
    Language {
        names: &["c", "h", "cpp", "c++", "cc", "hpp", "objc"],
        keywords: "alignas auto bool break case catch char class const constexpr continue default delete do \
            double else enum explicit extern float for friend goto if inline int long namespace new \
            noexcept operator override private protected public register return short signed sizeof static \
            struct switch template throw try typedef typename union unsigned using virtual void volatile \
            while",
        ..CURLY
    },
    Language {
        names: &["java", "kotlin", "kt", "scala", "cs", "csharp", "c#", "dart", "swift"],
        keywords: "abstract as async await boolean break byte case catch char class const continue data def \
            default do double else enum extends final finally float for foreach fun func get guard if \
            implements import in int interface internal is let long match namespace new object open \
            operator out override package private protected public record return sealed set short static \
            string struct switch synchronized throw throws trait try using val var virtual void volatile \
            when where while with yield",
        ..CURLY
    },
    Language {
        names: &["go", "golang"],
        keywords: "break case chan const continue default defer else fallthrough for func go goto if import \
            interface map package range return select struct switch type var bool byte error int int64 \
            rune string uint",
        strings: "\"'`",
        ..CURLY
    },
    Language {
        names: &["php"],
        keywords: "abstract and array as break case catch class const continue do echo else elseif extends final \
            finally fn for foreach function global if implements interface match namespace new or private \
            protected public readonly require return static switch throw trait try use while yield",
        lines: &["//", "#"],
        chars: false,
        ..CURLY
    },
    Language {
        names: &["ruby", "rb", "elixir", "ex", "lua"],
        keywords: "alias and begin break case class def defmodule defp do else elseif elsif end ensure fn for \
            function if in local module next not or redo repeat require rescue retry return then undef \
            unless until use when while yield",
        lines: &["#", "--"],
        types: true,
        ..PLAIN
    },
    Language {
        names: &["sh", "bash", "shell", "zsh", "console", "fish", "dockerfile", "docker", "makefile", "make"],
        keywords: "case do done elif else esac exit export fi for function if in local return set source then \
            until while cd echo sudo FROM RUN COPY ENV CMD ENTRYPOINT WORKDIR EXPOSE ARG USER",
        lines: &["#"],
        dashes: true,
        ..PLAIN
    },
    Language {
        names: &["sql", "postgres", "postgresql", "mysql", "sqlite"],
        keywords: "add all alter and as asc begin between by case check column commit constraint create cross \
            default delete desc distinct drop else end exists foreign from full group having if in index \
            inner insert into is join key left like limit not offset on or order outer primary references \
            returning right rollback select set table then union unique update using values view when \
            where with",
        lines: &["--"],
        block: Some(("/*", "*/")),
        any_case: true,
        ..PLAIN
    },
    Language {
        names: &["html", "xml", "svg"],
        block: Some(("<!--", "-->")),
        strings: "\"",
        dashes: true,
        tags: true,
        ..PLAIN
    },
    Language {
        names: &["css", "scss", "less"],
        keywords: "important media import supports keyframes layer include mixin use",
        block: Some(("/*", "*/")),
        keys: true,
        dashes: true,
        ..PLAIN
    },
    Language { names: &["json", "json5", "jsonc"], lines: &["//"], keys: true, ..PLAIN },
    Language {
        names: &["yaml", "yml", "toml", "ini", "conf", "nginx", "properties", "env"],
        lines: &["#"],
        keys: true,
        dashes: true,
        ..PLAIN
    },
    Language { names: &["diff", "patch"], diff: true, ..PLAIN },
];
