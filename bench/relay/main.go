// A media server with Pion, for bench.whip: /CLIP/whip takes a clip, /CLIP/whep gives it to viewers.
// Packets pass through as they are. The address of HTTP is printed first.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v3"
)

type relay struct {
	api    *webrtc.API
	lock   sync.Mutex
	tracks map[string]*webrtc.TrackLocalStaticRTP
	askers map[string]func()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	port := "0"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	check(err)
	server := &relay{api: newAPI(), tracks: map[string]*webrtc.TrackLocalStaticRTP{}, askers: map[string]func(){}}
	fmt.Println(listener.Addr())
	check(http.Serve(listener, server))
}

func newAPI() *webrtc.API {
	media, registry, settings := &webrtc.MediaEngine{}, &interceptor.Registry{}, webrtc.SettingEngine{}
	check(media.RegisterDefaultCodecs())
	check(webrtc.RegisterDefaultInterceptors(media, registry))
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry),
		webrtc.WithSettingEngine(settings))
}

func (r *relay) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	parts := strings.Split(strings.Trim(in.URL.Path, "/"), "/")
	if in.Method == http.MethodDelete {
		return
	}
	if in.Method != http.MethodPost || len(parts) != 2 {
		http.Error(out, "POST an offer to /CLIP/whip or /CLIP/whep", http.StatusBadRequest)
		return
	}
	offer, err := io.ReadAll(in.Body)
	check(err)
	peer, err := r.api.NewPeerConnection(webrtc.Configuration{})
	check(err)
	if parts[1] == "whip" {
		r.take(peer, parts[0])
	} else if !r.give(peer, parts[0]) {
		http.Error(out, "nobody sends that clip", http.StatusNotFound)
		return
	}
	out.Header().Set("Location", in.URL.Path+"/session")
	out.Header().Set("Content-Type", "application/sdp")
	out.WriteHeader(http.StatusCreated)
	fmt.Fprint(out, answer(peer, string(offer)))
}

func (r *relay) take(peer *webrtc.PeerConnection, clip string) {
	peer.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		local, err := webrtc.NewTrackLocalStaticRTP(remote.Codec().RTPCodecCapability, "video", clip)
		check(err)
		r.lock.Lock()
		r.tracks[clip] = local
		r.askers[clip] = func() {
			peer.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(remote.SSRC())}})
		}
		r.lock.Unlock()
		buffer := make([]byte, 2048)
		for {
			size, _, err := remote.Read(buffer)
			if err != nil {
				return
			}
			local.Write(buffer[:size])
		}
	})
}

func (r *relay) give(peer *webrtc.PeerConnection, clip string) bool {
	r.lock.Lock()
	track, ask := r.tracks[clip], r.askers[clip]
	r.lock.Unlock()
	if track == nil {
		return false
	}
	sender, err := peer.AddTrack(track)
	check(err)
	go func() {
		for {
			packets, _, err := sender.ReadRTCP()
			if err != nil {
				return
			}
			for _, packet := range packets {
				if _, lost := packet.(*rtcp.PictureLossIndication); lost {
					ask()
				}
			}
		}
	}()
	return true
}

func answer(peer *webrtc.PeerConnection, offer string) string {
	check(peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}))
	gathered := webrtc.GatheringCompletePromise(peer)
	made, err := peer.CreateAnswer(nil)
	check(err)
	check(peer.SetLocalDescription(made))
	<-gathered
	return peer.LocalDescription().SDP
}
