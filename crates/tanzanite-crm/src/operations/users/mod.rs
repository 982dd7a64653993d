//! Users: `/crm/{version}/users`.

mod get_user;
mod get_users;
mod kinds;
mod render;

pub use get_user::GET;
pub use get_users::LIST;
pub(crate) use render::reference;

const PATH: &str = "/crm/{version}/users";
const PATH_OF_USER: &str = "/crm/{version}/users/{user}";
