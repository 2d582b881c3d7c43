//! Who may connect to a Unix socket: the mode of its file, and whose it is.

use std::fmt;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, lchown};
use std::path::Path;
use std::str::FromStr;

use nix::unistd::{Group, User};

/// Who may connect to Unix sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The mode of the file: whoever may write it can connect. Default 0660, its owner and its group.
    pub mode: u32,
    /// Whose it is. Default the user that makes it; to give it away takes root, or `CAP_CHOWN`.
    pub owner: Option<Account>,
    /// Of which group it is. Default the group that makes it; another one has to be among those of the user.
    pub group: Option<Account>,
}

/// A user or a group, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// By its number.
    Id(u32),
    /// By its name, which is looked up when the file is made.
    Name(String),
}

/// What is no [`Account`]: it is empty, too large a number, or has a character in it that no name has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAccount;

impl Default for Access {
    fn default() -> Self {
        Self {
            mode: 0o660,
            owner: None,
            group: None,
        }
    }
}

impl Access {
    /// For this user alone.
    #[must_use]
    pub fn private() -> Self {
        Self {
            mode: 0o600,
            ..Self::default()
        }
    }

    /// Gives the file at `path` to whom it is meant for.
    ///
    /// # Errors
    ///
    /// When there is no such user or group, or the system does not allow it.
    pub(super) fn apply(&self, path: &Path) -> io::Result<()> {
        let user = |name: &str| Ok(User::from_name(name)?.map(|user| user.uid.as_raw()));
        let group = |name: &str| Ok(Group::from_name(name)?.map(|group| group.gid.as_raw()));
        let owner = id(self.owner.as_ref(), "socket.owner", "user", user)?;
        let group = id(self.group.as_ref(), "socket.group", "group", group)?;
        if owner.is_some() || group.is_some() {
            lchown(path, owner, group).map_err(|error| {
                let text =
                    format!("its file can't be given to socket.owner or socket.group: {error}");
                io::Error::new(error.kind(), text)
            })?;
        }
        // Last: to give a file away may change its mode.
        fs::set_permissions(path, Permissions::from_mode(self.mode))
    }
}

/// The number of an account; a name is looked up by `find`.
fn id(
    account: Option<&Account>,
    key: &str,
    kind: &str,
    find: impl Fn(&str) -> nix::Result<Option<u32>>,
) -> io::Result<Option<u32>> {
    match account {
        None => Ok(None),
        Some(Account::Id(id)) => Ok(Some(*id)),
        Some(Account::Name(name)) => match find(name)? {
            Some(id) => Ok(Some(id)),
            None => Err(io::Error::other(format!(
                "{key} = \"{name}\" is no {kind} of this system"
            ))),
        },
    }
}

impl FromStr for Account {
    type Err = NoAccount;

    fn from_str(written: &str) -> Result<Self, NoAccount> {
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"._-$@".contains(&byte);
        if written.is_empty() || !written.bytes().all(valid) {
            Err(NoAccount)
        } else if written.bytes().all(|byte| byte.is_ascii_digit()) {
            // All ones is no number of anybody: to the system it says "leave it".
            let id = written.parse().map_err(|_| NoAccount)?;
            (id != u32::MAX).then_some(Self::Id(id)).ok_or(NoAccount)
        } else {
            Ok(Self::Name(written.to_owned()))
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn an_account_is_a_name_or_a_number() {
        for (written, account) in [
            ("root", Ok(Account::Name("root".to_owned()))),
            ("www-data", Ok(Account::Name("www-data".to_owned()))),
            ("0", Ok(Account::Id(0))),
            ("1000", Ok(Account::Id(1000))),
            ("4294967295", Err(NoAccount)),
            ("4294967296", Err(NoAccount)),
            ("", Err(NoAccount)),
            ("a b", Err(NoAccount)),
            ("a:b", Err(NoAccount)),
        ] {
            assert_eq!(written.parse(), account, "{written}");
        }
    }

    #[test]
    fn a_file_gets_its_mode_and_its_group_and_who_is_unknown_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "").unwrap();
        let before = fs::metadata(&path).unwrap();
        let access = Access {
            mode: 0o602,
            owner: Some(Account::Id(before.uid())),
            group: Some(Account::Id(before.gid())),
        };
        access.apply(&path).unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.mode() & 0o777, 0o602);
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));

        let unknown = Access {
            owner: Some(Account::Name("nobody-of-that-name".to_owned())),
            ..Access::default()
        };
        let told = unknown.apply(&path).unwrap_err().to_string();
        assert_eq!(
            told,
            "socket.owner = \"nobody-of-that-name\" is no user of this system"
        );
    }
}
