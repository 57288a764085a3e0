//! Pages of strangers: fetched without ever reaching inside, and read for a title, a sentence and a picture.
//!
//! A link comes from anyone, and the server stands where its writer does not: beside databases, routers, and the
//! machine's own services. So a name is looked up once, every address that it has must be public, and the connection
//! goes to the very address that was judged, for each redirect anew. Nothing is sent along that says who asks, and
//! nothing is taken beyond a little time and a few bytes.

mod address;
mod fetch;
mod net;
mod pace;
mod page;

pub use address::is_public;
pub use fetch::{Fetcher, Options, Refused};
pub use net::{Names, Net, Pretended};
pub use page::{Page, Picture};
pub use url::Url;
