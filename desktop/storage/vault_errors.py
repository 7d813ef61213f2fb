"""What goes wrong with keys, in plain words."""

from desktop.core.errors import (
    KeyringLocked,
    MasterKeyGone,
    MasterKeyWrong,
    NoKeyring,
    PassphraseNeeded,
    SecretMoved,
    VaultError,
)
from desktop.storage.key_place import VaultState


class KeyringChanged(NoKeyring):
    """There is a keyring, but not the one that the master key was put in."""


def no_keyring() -> NoKeyring:
    """Say that keys can't be kept in a keyring here."""
    return NoKeyring(
        "This system offers no keyring to keep keys in.",
        cure="Choose in the settings where Parley keeps them: under a passphrase, in a private "
        "file, or for this session only.",
    )


def keyring_locked() -> KeyringLocked:
    """Say that the keyring does not give or take anything now."""
    return KeyringLocked("The system keyring is locked.", cure="Unlock it and try again.")


def keyring_silent() -> KeyringLocked:
    """Say that the keyring did not answer in time."""
    return KeyringLocked(
        "The system keyring does not answer.",
        cure="Look for a window that asks to unlock it, then try again.",
    )


def keyring_changed(before: str, present: str) -> KeyringChanged:
    """Say that the system now offers another keyring; both by their names for users."""
    return KeyringChanged(
        f"The saved keys belong to {before}, but this system now offers {present}.",
        cure=f"Start {before} again; the saved keys stay as they are.",
    )


def passphrase_needed() -> PassphraseNeeded:
    """Say that the passphrase was not entered yet."""
    return PassphraseNeeded(
        "Your keys are locked with your passphrase.", cure="Enter it in Settings."
    )


def master_key_gone() -> MasterKeyGone:
    """Say that nothing opens the saved keys now."""
    return MasterKeyGone(
        "The master key that opens the saved keys is gone.",
        cure="Bring back the keyring or the key file it was in; the saved keys stay as they are.",
    )


class KeptElsewhere(VaultError):
    """The place can't change while keys are sealed: they have to be moved."""


def kept_elsewhere() -> KeptElsewhere:
    """Say that the place can't change while keys are sealed."""
    return KeptElsewhere(
        "Saved keys belong to a master key that is kept elsewhere.",
        cure="Bring that back first, or keep keys for this session only.",
    )


def secret_moved() -> SecretMoved:
    """Say that a key is not used where it was not meant for."""
    return SecretMoved(
        "The saved key was entered for another provider or another address.",
        cure="Enter the key again to use it here.",
    )


def state_of(error: VaultError) -> VaultState:
    """Return the state of the vault that `error` tells of."""
    match error:
        case KeyringChanged():
            return VaultState.BACKEND_CHANGED
        case NoKeyring():
            return VaultState.NO_KEYRING
        case PassphraseNeeded():
            return VaultState.WANTS_PHRASE
        case KeyringLocked():
            return VaultState.LOCKED
        case MasterKeyWrong():
            return VaultState.KEY_WRONG
        case _:
            return VaultState.KEY_GONE
