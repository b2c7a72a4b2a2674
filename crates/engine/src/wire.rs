//! A line controller in another process: its inputs and outputs as data. The documents are JSON, one a line
//! (`docs/controller.md`); here are only their shapes.

use serde::{Deserialize, Serialize};

use linetwin_base::SimTime;

use super::controller::Input;
use super::ledger::OrderId;
use super::order::{LineLayout, Order};
use super::protocol::Action;

/// Name and version of the protocol.
pub const PROTOCOL: &str = "linetwin.controller/2";

/// The first document to a controller; it answers with a [`ControllerOutput`] that is empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handshake {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The order, as the ledger numbers it.
    pub order_id: OrderId,
    /// What is to be made.
    pub order: Order,
    /// The line.
    pub layout: LineLayout,
}

/// An input of a controller. It answers before anything else happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ControllerInput {
    /// The time, in nanoseconds since the run began.
    pub now: SimTime,
    /// What has happened.
    pub input: Input,
}

/// What a controller does now, in this order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControllerOutput {
    /// May be empty.
    #[serde(rename = "actions")]
    pub actions: Vec<Action>,
}
